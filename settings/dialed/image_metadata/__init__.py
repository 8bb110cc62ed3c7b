"""The texts inside a picture file, found without decoding a pixel: PNG, JPEG, WebP, AVIF and HEIC.

Files come from strangers. Every length is checked against the file, every count and every decompressed
size is bounded, and what cannot be read is reported beside what could.
"""
