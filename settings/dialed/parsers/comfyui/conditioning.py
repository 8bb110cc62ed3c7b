"""What a sampler is told to draw: texts, embedded guidance and control networks behind a CONDITIONING input."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from dialed.generation import ControlNet
from dialed.parsers.comfyui.graph import LONGEST_PATH, Graph, Link, Node
from dialed.parsers.comfyui.node_facts import facts_of, is_weight_file
from dialed.parsers.comfyui.scalars import MISSING, Values
from dialed.parsers.comfyui.tracing import back
from dialed.value_conversion import number

TEXTS = (
    "populated_text",
    "t5xxl",
    "text_g",
    "text",
    "prompt",
    "user_prompt",
    "string",
    "mt5xl",
    "clip_g",
    "llama",
    "tags",
    "clip_l",
    "text_l",
    "bert",
    "prompt_text",
    "wildcard_text",
)
"""Inputs of text encoders that hold a prompt, the one that says most first."""

ZERO = frozenset({"ConditioningZeroOut", "FluxDisableGuidance"})


@dataclass(slots=True)
class Conditioning:
    """What stands behind one CONDITIONING input.

    Attributes:
        texts: Prompts in the order combined.
        others: Further texts of the same encoders (``clip_l`` beside ``t5xxl``), by input.
        guidance: Embedded guidance, where stated.
        controlnets: Control networks, the one applied first first.
        encoders: The nodes that encode the texts.
        passed: Every node on the way.
    """

    texts: list[str] = field(default_factory=list)
    others: dict[str, str] = field(default_factory=dict)
    guidance: Any = None
    controlnets: list[ControlNet] = field(default_factory=list)
    encoders: list[Node] = field(default_factory=list)
    passed: list[Node] = field(default_factory=list)

    @property
    def known(self) -> bool:
        """Whether any text stands behind it."""
        return bool(self.texts)

    @property
    def text(self) -> str:
        """All prompts as one text."""
        return "\n".join(dict.fromkeys(text for text in self.texts if text)) if self.texts else ""


def read_conditioning(graph: Graph, values: Values, link: Link | None, role: str) -> Conditioning:
    """Walk back from a CONDITIONING input to the texts.

    Args:
        graph: The graph.
        values: Its values.
        link: Where the input has its conditioning from.
        role: ``positive`` or ``negative``.
    """
    found = Conditioning()
    waiting = [link] if link is not None else []
    seen: set[Link] = set()
    ended = link is None
    while waiting and len(seen) < LONGEST_PATH:
        here = waiting.pop(0)
        node = graph.origin(here)
        if node is None or here in seen:
            continue
        seen.add(here)
        found.passed.append(node)
        if node.kind in ZERO and node.kind == "ConditioningZeroOut":
            ended = True
            continue  # all zeros: whatever the text behind it says, it says nothing
        if found.guidance is None and "guidance" in node.inputs:
            guidance = values.of(node, "guidance")
            plain = number(guidance) if not isinstance(guidance, str) else None
            found.guidance = guidance if plain is not None and plain >= 0 else None
        if control := control_of(graph, values, node):
            found.controlnets.insert(0, control)
        onward = _onward(graph, node, here.slot, role)
        if onward:
            waiting[:0] = onward
            continue
        ended = True
        _read_texts(graph, values, node, here.slot, role, found)
    if waiting:
        graph.problem(
            f"{role} conditioning",
            f"more than {LONGEST_PATH} nodes stand behind it; what lies further back was not read",
        )
    elif not ended:
        graph.problem(
            f"{role} conditioning",
            "no node behind it encodes a text: its links lead in a circle or to nodes that are not there",
        )
    return found


def _onward(graph: Graph, node: Node, slot: int, role: str) -> list[Link]:
    """The conditionings that this node works on; none where it makes one from a text."""
    if _own_text(node, slot, role) is not None and not graph.inputs_of_type(node, "CONDITIONING"):
        return []
    return back(graph, node, slot, "CONDITIONING", role)


def _own_text(node: Node, slot: int, role: str) -> str | None:
    """The input of ``node`` that holds the prompt, where it has one."""
    facts = facts_of(node.kind)
    texts = [name for name in node.inputs if _may_be_text(node, name)]
    outputs = [place for place in range(12) if node.output(place) == "CONDITIONING"]
    if len(outputs) == 2 and slot in outputs:
        role = ("positive", "negative")[outputs.index(slot)]
    # Loaders that also encode have a field for each of the two.
    sided = [name for name in texts if role in name.casefold()]
    if sided and (facts is None or len(outputs) >= 1):
        return min(sided, key=lambda name: (name.casefold() != role, len(name)))
    for name in TEXTS:
        if name in texts:
            return name
    return None


def _may_be_text(node: Node, name: str) -> bool:
    value = node.inputs[name]
    if isinstance(value, Link):
        return (
            node.type_of(name) in {None, "STRING", "*"}
            and name in {*TEXTS, "positive", "negative"}
            and node.type_of(name) != "CONDITIONING"
        )
    type_ = node.type_of(name) or "STRING"
    return isinstance(value, str) and (
        type_ in {"*", "CONDITIONING"} or "STRING" in type_ or "TEXT" in type_
    )


def _read_texts(
    graph: Graph, values: Values, node: Node, slot: int, role: str, found: Conditioning
) -> None:
    name = _own_text(node, slot, role)
    if name is None:
        strings = [
            n for n, v in node.inputs.items() if isinstance(v, str) and node.type_of(n) == "STRING"
        ]
        name = max(strings, key=lambda n: len(node.inputs[n]), default=None)
        if name is None:
            graph.problem(
                f"node {node.id} ({node.kind})", f"no text for the {role} prompt is known in it"
            )
            return
    found.encoders.append(node)
    texts: dict[str, str] = {}
    for each in (name, *(n for n in TEXTS if n != name and n in node.inputs and name in TEXTS)):
        text = values.of(node, each) if each in node.inputs else MISSING
        if isinstance(text, str):
            texts[each] = text
        elif text is not MISSING:
            texts[each] = str(text)
    filled = [each for each, text in texts.items() if text.strip()]
    main = name if name in filled or not filled else filled[0]
    if main not in texts:
        return
    found.texts.append(texts[main])
    for each in filled:
        if each != main and texts[each].strip() != texts[main].strip():
            found.others.setdefault(each, texts[each])


def control_of(graph: Graph, values: Values, node: Node) -> ControlNet | None:
    """The control network that ``node`` applies, if it does."""
    net = node.link("control_net", "controlnet")
    if net is None:
        return None
    name: Any = None
    here: Link | None = net
    for _ in range(20):
        origin = graph.origin(here)
        if origin is None:
            break
        name = values.first(
            origin, "control_net_name", "controlnet_name", "controlnet_path", "name", "model_name"
        )
        if isinstance(name, str):
            break
        name = next(filter(is_weight_file, origin.inputs.values()), None)
        if name is not None:
            break
        onward = back(graph, origin, here.slot if here else 0, "CONTROL_NET")
        here = onward[0] if onward else None
        if here is None:
            break
    picture = graph.origin(node.link("image", "images"))
    made = picture.kind if picture is not None and picture.kind not in _LOADERS else None

    def number(*names: str) -> float | None:
        value = values.first(node, *names)
        return value if isinstance(value, int | float) and not isinstance(value, bool) else None

    return ControlNet(
        model=name if isinstance(name, str) else None,
        weight=number("strength", "weight"),
        start=number("start_percent", "start"),
        end=number("end_percent", "end"),
        preprocessor=made,
    )


_LOADERS = frozenset(
    {"LoadImage", "LoadImageMask", "ImageScale", "ImageScaleBy", "VAEDecode", "LoadImageOutput"}
)
