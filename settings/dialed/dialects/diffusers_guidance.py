"""The two guidances under the names of a model's diffusers pipeline, and what the model does not use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dialed.errors import shown
from dialed.value_conversion import number

if TYPE_CHECKING:
    from dialed.translation import Draft


def write_guidance(draft: Draft, call: dict[str, Any]) -> None:
    """The two guidances go under the names that the model's pipeline gives them."""
    model = draft.model
    scale = draft.settings.get("guidance_scale")
    embedded = draft.settings.get("distilled_guidance_scale")
    if scale is not None and not is_ignored("guidance_scale", draft):
        name = model.cfg_argument if model is not None else "guidance_scale"
        offset = model.guidance_offset if model is not None else 0.0
        if name is None:
            draft.note(
                "lost", "guidance_scale", "the model's pipeline has no classifier-free guidance"
            )
        else:
            plain = number(scale)
            call[name] = scale if plain is None or not offset else plain - offset
            if offset:
                draft.note(
                    "converted",
                    "guidance_scale",
                    f"{shown(scale)} is written {name}={shown(call[name])}: "
                    "this pipeline counts guidance from another zero",
                )
            elif name != "guidance_scale":
                draft.note("converted", "guidance_scale", f"is called {name} in this pipeline")
            if (
                name == "true_cfg_scale"
                and plain is not None
                and plain > 1
                and call.get("negative_prompt") is None
            ):
                call["negative_prompt"] = " "
                draft.note(
                    "added",
                    "negative_prompt",
                    "true_cfg_scale acts only beside a negative prompt; a blank one stands in",
                )
    if embedded is not None and not is_ignored("distilled_guidance_scale", draft):
        name = model.embedded_argument if model is not None else None
        if name is None:
            draft.note("lost", "distilled_guidance_scale", "the model has no embedded guidance")
        else:
            call[name] = embedded
            if name != "distilled_guidance_scale":
                draft.note(
                    "converted", "distilled_guidance_scale", f"is called {name} in this pipeline"
                )


def left_out_by_model(draft: Draft) -> set[str]:
    """Settings that are left out because the model does not use them: many pipelines lack the argument.

    A negative prompt stays where guidance is asked for all the same, for then it is looked at.
    """
    if draft.model is None:
        return set()
    scale = number(draft.settings.get("guidance_scale"))
    found = set()
    for ignored in draft.model.ignores:
        name = ignored.setting
        if name == "negative_prompt" and scale is not None and scale > 1:
            continue
        if name in draft.settings:
            found.add(name)
            draft.note("ignored", name, f"{draft.model.title} does not use it. {ignored.why}")
    return found


def is_ignored(setting: str, draft: Draft) -> bool:
    """Whether a setting was left out because the model does not use it."""
    return any(note.kind == "ignored" and note.setting == setting for note in draft.notes)
