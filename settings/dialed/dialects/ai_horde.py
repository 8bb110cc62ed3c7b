"""AI Horde: prompts in one text with ``###`` between them, everything else under ``params``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dialed.dialects import flat

if TYPE_CHECKING:
    from dialed.record_registry import Registry
    from dialed.translation import Draft

PARAMS = "params"
BETWEEN = "###"


def flatten(payload: Mapping[str, Any], registry: Registry) -> Mapping[str, Any]:
    """Lay the request and its ``params`` side by side, the prompts apart, the first model as the model."""
    del registry
    params = payload.get(PARAMS)
    found = {name: value for name, value in payload.items() if name != PARAMS}
    if isinstance(params, Mapping):
        found |= {name: value for name, value in params.items() if isinstance(name, str)}
    elif params is not None:
        found[PARAMS] = params
    prompt = found.get("prompt")
    if isinstance(prompt, str) and BETWEEN in prompt:
        positive, _, negative = prompt.partition(BETWEEN)
        found |= {"prompt": positive.strip(), "negative_prompt": negative.strip()}
    models = found.pop("models", None)
    if isinstance(models, list) and models and "model" not in found:
        found["model"] = models[0]
    return found


def write(draft: Draft) -> tuple[dict[str, Any], str]:
    """Write ``draft`` as the body of ``/v2/generate/async``."""
    prompts = {name: draft.settings.pop(name, None) for name in ("prompt", "negative_prompt")}
    model = draft.settings.pop("model", None)
    params, _ = flat.write(draft)
    payload: dict[str, Any] = {}
    if prompts["prompt"] is not None:
        payload["prompt"] = prompts["prompt"]
    if prompts["negative_prompt"] is not None:
        payload["prompt"] = f"{prompts['prompt'] or ''} {BETWEEN} {prompts['negative_prompt']}"
        draft.note("converted", "negative_prompt", f"stands after {BETWEEN} in the prompt")
    if any(BETWEEN in text for text in prompts.values() if isinstance(text, str)):
        draft.note("approximate", "prompt", f"{BETWEEN} in it will be read as the negative prompt")
    if model is not None:
        payload["models"] = [model]
    return payload | ({PARAMS: params} if params else {}), ""
