"""The local engine: one process, one device."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from dialed_generator.errors import WeightsError
from dialed_generator.manifest import Environment
from dialed_generator.places import Places

if TYPE_CHECKING:
    from dialed_generator.picture_measures import Picture
    from dialed_generator.rendering.renderer import Renderer


def local_renderer(
    places: Places, device: str = "cpu", threads: int | None = None
) -> "Callable[[Callable[[str], Picture | None]], tuple[Renderer, Environment]]":
    """Give a maker of renderers. torch is imported when the maker is called, not before.

    The maker takes a function that gives the picture with a key, for image-to-image.

    Args:
        places: Where the models lie.
        device: Where to render, as torch names it.
        threads: Threads that one operation of torch may use; its own choice where left out.
    """

    def make(inits: "Callable[[str], Picture | None]") -> "tuple[Renderer, Environment]":
        try:
            from dialed_generator.rendering.loading import LoadedModels, environment
            from dialed_generator.rendering.renderer import Renderer
        except ImportError as error:
            raise WeightsError(
                f"rendering needs {error.name}, which is not installed; install dialed[generator]"
            ) from None
        if threads:
            import torch

            torch.set_num_threads(threads)
        return Renderer(LoadedModels(places.model_folder, device), inits), environment(device)

    return make
