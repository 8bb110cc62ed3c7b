"""What the renderer can do beside a plain call: each ability acts where a job's settings ask for it.

A published program uses the same entrance as the renderer::

    with applied(pipe, {"guidance_end": 0.5}, call) as call:
        image = pipe(**call).images[0]
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Any

from dialed_generator.job import Scalar
from dialed_generator.rendering.added_noise import added_noise
from dialed_generator.rendering.churning import churned
from dialed_generator.rendering.emphasis import weighted_words
from dialed_generator.rendering.freeu import freed_u
from dialed_generator.rendering.guidance_steps import guided_in_steps
from dialed_generator.rendering.image_prompt import prompted_by_a_picture
from dialed_generator.rendering.spacing import spaced
from dialed_generator.rendering.starting_noise import drawn_noise
from dialed_generator.rendering.tiled_decoding import decoded_in_tiles
from dialed_generator.rendering.tiling import round_the_edge

Ability = Callable[[Any, Mapping[str, Scalar], dict[str, Any]], AbstractContextManager[None]]
"""Given pipeline, settings and the arguments of the call (which it may change), active while entered."""

ABILITIES: tuple[Ability, ...] = (
    spaced,
    freed_u,
    round_the_edge,
    decoded_in_tiles,
    drawn_noise,
    added_noise,
    weighted_words,
    prompted_by_a_picture,
    guided_in_steps,
    churned,
)
"""In the order in which they are entered. The last two share the callback between steps."""


@contextmanager
def applied(
    pipeline: Any, settings: Mapping[str, Scalar], arguments: Mapping[str, Any]
) -> Iterator[dict[str, Any]]:
    """Apply the settings that the pipeline has no argument for, and put everything back afterwards.

    Args:
        pipeline: A diffusers pipeline with the scheduler of the run.
        settings: By canonical id; those that no ability knows are left alone.
        arguments: Arguments of the call.

    Yields:
        The arguments to call it with.
    """
    changed = dict(arguments)
    for name in ("prompt", "negative_prompt", "generator"):
        if name in changed and not isinstance(changed[name], list):
            changed[name] = [changed[name]]
    with ExitStack() as entered:
        for ability in ABILITIES:
            entered.enter_context(ability(pipeline, settings, changed))
        yield changed
