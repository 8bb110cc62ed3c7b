"""Turns the comparisons that setting records declare into pictures and measurements.

``planning``, ``status``, ``store`` and ``manifest`` know neither torch nor Pillow; ``rendering`` does.
Nothing is imported here, so that ``dialed --help`` stays quick.
"""
