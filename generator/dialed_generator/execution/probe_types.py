"""What is asked of a pipeline about one setting."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from dialed.execution_facts import Asked

LONGEST = 80
"""A longer prompt is cut here in the table."""


@dataclass(frozen=True)
class Probe:
    """Two values of a setting, and what else must be given for the difference to be able to show.

    Attributes:
        setting: Canonical id.
        values: Two canonical values.
        context: Further settings (canonical ids) given in both runs: guidance on, a negative prompt, a long prompt.
        otherwise: Further pairs, each tried where the ones before are refused: many pipelines run with some samplers only.
        flow_values: The two values for flow models, whose noise levels run from 1 to 0.
        sampler: Sampler to take where the model's own scheduler has no such argument.
        arguments: Further arguments of the call that are no settings, given where the class takes them.
        output: Form of the result, where the class refuses latents together with this setting.
    """

    setting: str
    values: tuple[Any, Any]
    context: Mapping[str, Any] = field(default_factory=dict)
    otherwise: tuple[tuple[Any, Any], ...] = ()
    flow_values: tuple[Any, Any] | None = None
    sampler: str | None = None
    arguments: Mapping[str, Any] = field(default_factory=dict)
    output: Literal["pil"] | None = None

    def asked(self) -> Asked:
        """What the committed table tells about it."""
        more = {
            "otherwise": self.otherwise,
            "flow_values": self.flow_values,
            "sampler": self.sampler,
            "arguments": dict(self.arguments),
            "output": self.output,
        }
        context = {name: _short(value) for name, value in self.context.items()}
        return Asked(self.values, context, {k: v for k, v in more.items() if v})


def _short(value: Any) -> Any:
    if isinstance(value, str) and len(value) > LONGEST:
        return f"{value[:LONGEST]}... ({len(value)} letters)"
    return value
