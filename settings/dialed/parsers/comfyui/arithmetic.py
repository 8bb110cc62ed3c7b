"""Small sums that graphs do on sizes and steps. Nothing is evaluated but numbers and the four operations."""

from __future__ import annotations

import ast
import math
import operator
import re
from collections.abc import Callable
from typing import Any

from dialed.parsers.comfyui.graph import Node

LONGEST = 200
LARGEST = 1e12

_SHAPE = re.compile(r"(\d{1,4}):(\d{1,4})\b")
_OPERATIONS: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
}
_WORDS: dict[str, Callable[[Any, Any], Any]] = {
    "add": operator.add,
    "subtract": operator.sub,
    "multiply": operator.mul,
    "divide": operator.truediv,
}
_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "round": round,
    "floor": math.floor,
    "ceil": math.ceil,
    "int": int,
    "min": min,
    "max": max,
    "abs": abs,
}


def calculated(node: Node, value: Callable[[str], Any]) -> int | float | None:
    """What a node that calculates gives, or None where it is none or its inputs are not known."""
    expression = node.inputs.get("expression")
    if node.kind == "SimpleMath+":
        expression = node.inputs.get("value")
    try:
        if isinstance(expression, str) and len(expression) <= LONGEST and _is_math(node):
            return _bounded(_evaluated(ast.parse(expression.strip(), mode="eval").body, value, 0))
        operation = node.inputs.get("operation")
        if isinstance(operation, str) and operation in _WORDS:
            one, other = value("a"), value("b")
            if _is_number(one) and _is_number(other):
                return _bounded(_WORDS[operation](one, other))
    except (ArithmeticError, SyntaxError, ValueError, TypeError, RecursionError, MemoryError):
        return None
    return None


def size_of_shape(node: Node) -> tuple[int, int] | None:
    """Width and height that ``ResolutionSelector`` works out of a shape and megapixels.

    Source: https://github.com/comfyanonymous/ComfyUI/blob/baf4dbe46cc7390d65473a8e5bfe273ea899cadd/comfy_extras/nodes_resolution.py
    (a megapixel is 1024 x 1024, sides are rounded to multiples of 8, or of ``multiple`` where the node has that field).
    """
    shape, megapixels = node.inputs.get("aspect_ratio"), node.inputs.get("megapixels")
    multiple = node.inputs.get("multiple", 8)
    if node.kind != "ResolutionSelector" or not isinstance(shape, str) or "minimum" in node.inputs:
        return None
    found = _SHAPE.match(shape)
    if found is None or not isinstance(megapixels, int | float) or not isinstance(multiple, int):
        return None
    wide, high = int(found.group(1)), int(found.group(2))
    if not (wide and high and 0 < megapixels <= 1000 and 1 <= multiple <= 1024):
        return None
    scale = math.sqrt(megapixels * 1024 * 1024 / (wide * high))
    sides = [int(round(side * scale / multiple) * multiple) for side in (wide, high)]
    return sides[0], sides[1]


def calculates(node: Node) -> bool:
    """Whether what a node gives is worked out, so that none of its fields is it."""
    return _is_math(node) and ("expression" in node.inputs or node.kind == "SimpleMath+")


def _is_math(node: Node) -> bool:
    return "math" in node.kind.casefold() or "expression" in node.kind.casefold()


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < LARGEST


def _bounded(value: Any) -> int | float | None:
    return value if _is_number(value) and math.isfinite(value) else None


def _evaluated(tree: ast.expr, value: Callable[[str], Any], depth: int) -> Any:
    if depth > 30:
        raise ValueError("nested too deep")
    if isinstance(tree, ast.Constant) and _is_number(tree.value):
        return tree.value
    if isinstance(tree, ast.Name):
        found = value(tree.id)
        if _is_number(found):
            return found
    if isinstance(tree, ast.UnaryOp) and isinstance(tree.op, ast.USub):
        return -_evaluated(tree.operand, value, depth + 1)
    if isinstance(tree, ast.BinOp) and type(tree.op) in _OPERATIONS:
        one = _evaluated(tree.left, value, depth + 1)
        other = _evaluated(tree.right, value, depth + 1)
        if _is_number(one) and _is_number(other):
            return _OPERATIONS[type(tree.op)](one, other)
    if isinstance(tree, ast.Call) and isinstance(tree.func, ast.Name) and not tree.keywords:
        function = _FUNCTIONS.get(tree.func.id)
        if function is not None and len(tree.args) <= 4:
            return function(*[_evaluated(each, value, depth + 1) for each in tree.args])
    raise ValueError("not a sum of numbers")
