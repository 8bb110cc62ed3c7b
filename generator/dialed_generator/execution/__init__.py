"""Proof by execution: which settings a model's pipeline uses, ignores or refuses, found out by running it."""
