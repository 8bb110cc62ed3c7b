"""What can go wrong while pictures are made. Every text says thing, rule, place and cure.

::

    DialedError
      GeneratorError
        PlanError          a comparison that cannot be rendered as its record states it
        WeightsError       the model's folder is missing, incomplete or unsafe
        StorageError       a file could not be written or read: full disk, no permission
        ManifestError      the manifest is not what this version writes
        RenderError        one image failed; the others go on
"""

from dialed.errors import DialedError


class GeneratorError(DialedError):
    """Base of all errors of the generator."""


class PlanError(GeneratorError):
    """A comparison that cannot be rendered as its record states it."""


class WeightsError(GeneratorError):
    """A model folder that is missing, incomplete, truncated or not safetensors."""


class StorageError(GeneratorError):
    """A file that could not be written or read."""


class ManifestError(GeneratorError):
    """A manifest that cannot be read."""


class RenderError(GeneratorError):
    """One image that failed; the message says why."""
