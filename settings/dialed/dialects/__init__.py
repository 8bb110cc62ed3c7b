"""How each dialect writes settings: one module a dialect, named after it (``-`` becomes ``_``).

A module has ``write(draft) -> (payload, python)`` and, where the dialect nests its settings,
``flatten(payload, registry) -> mapping``. A dialect without a module of its own is written flat.
"""
