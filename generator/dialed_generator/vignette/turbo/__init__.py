"""Vignette Turbo: a LoRA on the base model that draws a picture in one to four steps."""
