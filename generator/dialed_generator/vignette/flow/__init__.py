"""Vignette Flow: the sibling that is a rectified-flow transformer in diffusers' own Flux pipeline."""
