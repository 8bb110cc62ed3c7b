"""The local engine's renderer: one process, one device."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dialed_generator.errors import WeightsError
from dialed_generator.manifest import Environment
from dialed_generator.places import Places

if TYPE_CHECKING:
    from dialed_generator.picture_measures import Picture
    from dialed_generator.rendering.precision import Precision
    from dialed_generator.rendering.renderer import Renderer


@dataclass(frozen=True)
class MakeRenderer:
    """Makes a renderer where it is called, which may be another process; torch is imported only then.

    It is called with a function that gives the picture with a key, for jobs that start from one.

    Attributes:
        places: Where the models lie.
        device: Where to render, as torch names it.
        threads: Threads that one operation of torch may use; its own choice where left out.
        precision: What U-Nets compute in.
    """

    places: Places
    device: str = "cpu"
    threads: int | None = None
    precision: "Precision" = "float32"

    def __call__(self, inits: "Callable[[str], Picture | None]") -> "tuple[Renderer, Environment]":
        """Make it, and say what it renders on.

        Raises:
            WeightsError: What rendering needs is not installed.
        """
        try:
            from dialed_generator.rendering.loading import LoadedModels, environment
            from dialed_generator.rendering.renderer import Renderer
        except ImportError as error:
            raise WeightsError(
                f"rendering needs {error.name}, which is not installed; install dialed[generator]"
            ) from None
        if self.threads:
            import torch

            torch.set_num_threads(self.threads)
        models = LoadedModels(self.places.model_folder, self.device)
        return Renderer(models, inits, self.precision), environment(self.device)


def local_renderer(
    places: Places,
    device: str = "cpu",
    threads: int | None = None,
    precision: "Precision" = "float32",
) -> MakeRenderer:
    """Give a maker of renderers, see `MakeRenderer`."""
    return MakeRenderer(places, device, threads, precision)
