"""What runs in a reader's browser: Python on WebAssembly, with the library itself."""
