"""Rendering with diffusers: the only part of the generator that knows torch."""
