"""Adapters on the base model: a ControlNet that follows outlines, and LoRAs of unseen styles."""
