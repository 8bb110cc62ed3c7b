"""Vignette: the small built-in text-to-image model, from drawn scenes to published weights."""
