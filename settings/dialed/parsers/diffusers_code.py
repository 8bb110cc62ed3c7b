"""A Python program that calls a diffusers pipeline: read as text, never run.

What is understood is what tutorials and model cards write: a pipeline from ``from_pretrained`` or
``from_single_file``, a scheduler put in its place, adapters, ``enable_freeu``, a seeded generator, and the call.
Values are literals and names that a literal was assigned to; anything else stands in ``extras`` as its source.
Interfaces: https://github.com/huggingface/diffusers/tree/main/docs/source/en/using-diffusers
"""

from __future__ import annotations

import ast
import re
import warnings
from typing import TYPE_CHECKING, Any

from dialed.errors import PayloadError
from dialed.generation import Generation, Lora, ReadingProblem
from dialed.parsers import request_body

if TYPE_CHECKING:
    from dialed.parsing import Written
    from dialed.record_registry import Registry

DIALECTS: tuple[str, ...] = ()
"""None by name: a mapping in the dialect `diffusers` is a request's body."""

_LONGEST = 200_000
_SIGN = re.compile(
    r"^\s*(?:from\s+diffusers\b|import\s+diffusers\b)|\b\w*Pipeline\w*\.from_(?:pretrained|single_file)\(",
    re.MULTILINE,
)
_SHELL = re.compile(r"^\s*[!%].*$", re.MULTILINE)
_PROMPT = re.compile(r"^(>>> |\.\.\. ?)", re.MULTILINE)
_LOADS = {"from_pretrained", "from_single_file", "from_pipe"}
_WITHOUT_MEANING = {"generator", "image", "mask_image", "control_image", "callback_on_step_end"}


def recognise(value: Written, registry: Registry) -> tuple[str, ...]:
    """diffusers, where a text imports it or loads a pipeline."""
    del registry
    if not isinstance(value, str) or len(value) > _LONGEST or not _SIGN.search(value):
        return ()
    return ("diffusers",)


def parse_as(value: Written, dialect: str, registry: Registry) -> Generation:
    """Read a program.

    Args:
        value: The program's text. Lines of a notebook that call the shell, and the marks of a console, are left out.
        dialect: ``diffusers``.
        registry: The records to use.

    Returns:
        The first call's settings; every further call is a pass.

    Raises:
        PayloadError: It is no Python, or calls no pipeline.
    """
    if not isinstance(value, str):
        raise PayloadError("a program is a text")
    program = _Program()
    program.visit(_tree(value))
    if not program.calls and not program.pipeline:
        raise PayloadError("the program loads no pipeline and calls none")
    bodies = [program.body(call) for call in program.calls or [{}]]
    readings = [request_body.parse_as(body, dialect, registry) for body in bodies]
    first = readings[0]
    problems = [problem for reading in readings for problem in reading.problems]
    problems += [
        ReadingProblem(name, f"{source!r} is worked out by the program; its value is not known")
        for name, source in program.computed.items()
    ]
    return Generation(
        dialect,
        first.settings,
        program.loras() or first.loras,
        first.controlnets,
        tuple(reading.settings for reading in readings[1:]),
        first.extras | program.computed,
        tuple(problems),
    )


def _tree(text: str) -> ast.Module:
    cleaned = _SHELL.sub("", text[:_LONGEST])
    if ">>> " in cleaned:
        cleaned = _PROMPT.sub("", cleaned)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore"
            )  # odd escapes in a stranger's text are not ours to report
            return ast.parse(cleaned)
    except SyntaxError as error:
        raise PayloadError(
            f"line {error.lineno}: {error.msg}; this is no whole Python program"
        ) from error
    except (ValueError, RecursionError, MemoryError) as error:
        raise PayloadError(
            "the program is nested too deeply, or holds what no program may"
        ) from error


class _Program(ast.NodeVisitor):
    """Collects what a program says about its pipeline."""

    def __init__(self) -> None:
        self.known: dict[str, Any] = {}
        self.pipelines: set[str] = set()
        self.pipeline = ""
        self.model: str | None = None
        self.scheduler: dict[str, Any] = {}
        self.free: dict[str, Any] = {}
        self.calls: list[dict[str, Any]] = []
        self.computed: dict[str, str] = {}
        self.adapters: list[tuple[str, str]] = []
        self.weights: dict[str, float] = {}
        self.depth = 0

    def visit(self, node: ast.AST) -> Any:
        """Visit a node, no deeper than a program that a person writes."""
        self.depth += 1
        if self.depth < 120:
            super().visit(node)
        self.depth -= 1

    def visit_Assign(self, node: ast.Assign) -> None:
        """Remember literals and seeds by name; see pipelines and schedulers being made."""
        target = node.targets[0]
        name = _dotted(target)
        if isinstance(node.value, ast.Call):
            made = _dotted(node.value.func)
            if made.endswith("scheduler.from_config") or name.endswith(".scheduler"):
                self._schedule(node.value)
            elif _is_pipeline(made):
                self._load(name, made, node.value)
            elif (seed := self._seed(node.value)) is not None:
                self.known[name] = seed
        elif (found := self._value(node.value)) is not _UNKNOWN:
            self.known[name] = found
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        """See the pipeline being called, and what is switched on before."""
        name = _dotted(node.func)
        owner, _, method = name.rpartition(".")
        if name in self.pipelines or (not self.pipelines and name in {"pipe", "pipeline"}):
            self._call(node)
        elif owner in self.pipelines or owner in {"pipe", "pipeline"}:
            if method == "enable_freeu":
                self.free |= self._arguments(node)
            elif method == "load_lora_weights":
                self._adapter(node)
            elif method in {"set_adapters", "fuse_lora"}:
                self._weigh(node, method)
        self.generic_visit(node)

    def body(self, call: dict[str, Any]) -> dict[str, Any]:
        """One call as the mapping that `dialed.translate` writes for diffusers."""
        named = dict(call)
        seed = named.pop("generator", None)
        body: dict[str, Any] = {"call": self.free | named} | self.scheduler
        if self.pipeline:
            body["pipeline"] = self.pipeline
        if self.model is not None:
            body["call"]["pretrained_model_name_or_path"] = self.model
        if isinstance(seed, int):
            body["generator_seed"] = seed
        return body

    def loras(self) -> tuple[Lora, ...]:
        """The adapters that were loaded, with the weights that were set."""
        return tuple(Lora(file, self.weights.get(name)) for name, file in self.adapters)

    def _load(self, name: str, made: str, node: ast.Call) -> None:
        self.pipelines.add(name)
        if not self.pipeline:
            self.pipeline = made.rpartition(".")[0].rpartition(".")[2]
            first = (
                self._value(node.args[0])
                if node.args
                else self._arguments(node).get("pretrained_model_name_or_path")
            )
            self.model = first if isinstance(first, str) else None

    def _schedule(self, node: ast.Call) -> None:
        named = _dotted(node.func)
        owner = named.removesuffix(".from_config").removesuffix(".from_pretrained")
        kind = owner.rpartition(".")[2]
        if kind.endswith("Scheduler"):
            self.scheduler = {"scheduler": kind, "scheduler_arguments": self._arguments(node)}

    def _call(self, node: ast.Call) -> None:
        named = self._arguments(node, computed=True)
        if (
            node.args
            and "prompt" not in named
            and isinstance(found := self._value(node.args[0]), str)
        ):
            named["prompt"] = found
        self.calls.append(named)

    def _adapter(self, node: ast.Call) -> None:
        named = self._arguments(node)
        first = self._value(node.args[0]) if node.args else None
        file = named.get("weight_name") or first
        if isinstance(file, str):
            label = named.get("adapter_name")
            self.adapters.append((label if isinstance(label, str) else file, file))

    def _weigh(self, node: ast.Call, method: str) -> None:
        named = self._arguments(node)
        if method == "fuse_lora":
            scale = named.get("lora_scale")
            if isinstance(scale, int | float):
                self.weights |= {name: float(scale) for name, _ in self.adapters}
            return
        given = [self._value(one) for one in node.args]
        names = given[0] if given else named.get("adapter_names")
        weights = given[1] if len(given) > 1 else named.get("adapter_weights")
        names = [names] if isinstance(names, str) else names
        weights = [weights] if isinstance(weights, int | float) else weights
        if isinstance(names, list) and isinstance(weights, list):
            pairs = zip(names, weights, strict=False)
            self.weights |= {
                n: float(w) for n, w in pairs if isinstance(n, str) and isinstance(w, int | float)
            }

    def _arguments(self, node: ast.Call, *, computed: bool = False) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for keyword in node.keywords:
            if keyword.arg is None:
                packed = self._value(keyword.value)
                found |= packed if isinstance(packed, dict) else {}
                continue
            value = self._value(keyword.value)
            if value is _UNKNOWN and isinstance(keyword.value, ast.Call):
                seed = self._seed(keyword.value)
                value = _UNKNOWN if seed is None else seed
            if value is not _UNKNOWN:
                found[keyword.arg] = value
            elif computed and keyword.arg not in _WITHOUT_MEANING:
                self.computed[keyword.arg] = ast.unparse(keyword.value)[:200]
        return {name: value for name, value in found.items() if isinstance(name, str)}

    def _value(self, node: ast.expr) -> Any:
        if (name := _dotted(node)) in self.known:
            return self.known[name]
        try:
            return ast.literal_eval(node)
        except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
            return _UNKNOWN

    def _seed(self, node: ast.Call) -> int | None:
        """The seed of ``torch.Generator(...).manual_seed(7)`` or ``torch.manual_seed(7)``."""
        if not (
            isinstance(node.func, ast.Attribute) and node.func.attr == "manual_seed" and node.args
        ):
            return None
        found = self._value(node.args[0])
        return found if isinstance(found, int) else None


_UNKNOWN = object()


def _is_pipeline(name: str) -> bool:
    owner, _, method = name.rpartition(".")
    return method in _LOADS and "Pipeline" in owner.rpartition(".")[2]


def _dotted(node: ast.AST) -> str:
    """``a.b.c`` of a name or attribute; empty for anything else."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else ""
