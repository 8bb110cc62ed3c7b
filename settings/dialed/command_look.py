"""`dialed resolve | show | models | schema`: looking things up."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from dialed.errors import PayloadError, UnknownModelError, UnknownSettingError
from dialed.record_registry import Registry, default_registry
from dialed.terminal_text import painted, print_json, safe, table

if TYPE_CHECKING:
    from dialed.check_types import Example
    from dialed.setting_types import Alias, Setting


def add_format(parser: argparse.ArgumentParser, *more: str) -> None:
    """Every command can answer as text or as JSON, some in other ways too."""
    parser.add_argument(
        "--format",
        choices=("text", "json", *more),
        default="text",
        help="text for people, json for programs" + "".join(f", {name}" for name in more),
    )


def add_commands(commands: argparse._SubParsersAction[Any]) -> None:
    """Add the four commands."""
    resolve = commands.add_parser(
        "resolve", help="which setting a name means", description=run_resolve.__doc__
    )
    resolve.add_argument("name", help="any name of any tool, e.g. 'CFG scale'")
    resolve.add_argument("--dialect", help="tool in which the name was met")
    resolve.add_argument("--model", help="model it is meant for")
    show = commands.add_parser(
        "show", help="all about one setting, model, sampler, ...", description=run_show.__doc__
    )
    show.add_argument(
        "name", help="id or alias of a setting, model, sampler, schedule, dialect or check"
    )
    models = commands.add_parser(
        "models", help="the models, or what to set for one", description=run_models.__doc__
    )
    models.add_argument("model", nargs="?", help="id, hub repository or alias")
    schema = commands.add_parser(
        "schema", help="JSON Schema of a model's settings", description=run_schema.__doc__
    )
    schema.add_argument("model", nargs="?", help="id, hub repository or alias")
    schema.add_argument(
        "--typescript", action="store_true", help="types of the JSON API instead, for TypeScript"
    )
    schema.add_argument(
        "--dialect", default="canonical", help="tool whose names to use (default: canonical ids)"
    )
    for parser, run in (
        (resolve, run_resolve),
        (show, run_show),
        (models, run_models),
        (schema, run_schema),
    ):
        add_format(parser)
        parser.set_defaults(run=run)


def run_resolve(args: argparse.Namespace) -> int:
    """Say which setting a name means, and what every tool calls it."""
    from dialed.resolution import resolve

    setting = resolve(args.name, dialect=args.dialect, model=args.model)
    if args.format == "json":
        print_json(
            {
                "id": setting.id,
                "title": setting.title,
                "group": setting.group,
                "summary": setting.summary,
                "names": [
                    {"dialect": alias.dialect, "name": alias.name, "where": alias.where}
                    for alias in setting.aliases
                ],
            }
        )
        return 0
    print(f"{painted(setting.id, 'strong')}  {setting.title}")
    print(safe(setting.summary))
    print(table(_names(setting.aliases), indent="  "))
    return 0


def _names(aliases: Sequence[Alias]) -> list[tuple[str, str, str]]:
    return [(alias.dialect, alias.name, _place(alias)) for alias in aliases]


def _place(alias: Alias) -> str:
    if alias.where is None:
        return ""
    stated = alias.where.model_dump(exclude_defaults=True)
    return "; ".join(
        f"{name}: {value if isinstance(value, str) else ', '.join(value)}"
        for name, value in stated.items()
    )


def run_show(args: argparse.Namespace) -> int:
    """Show one record: a setting, model, sampler, schedule, dialect or check."""
    registry = default_registry()
    record, kind = _find(registry, args.name)
    if args.format == "json":
        print_json(_described(record) if kind == "rules" else record)
        return 0
    if kind == "settings":
        _print_setting(record)
    elif kind == "models":
        _print_model(registry, record.id)
    elif kind == "rules":
        rows = [(name, value) for name, value in _described(record).items()]
        print(table(rows))
    else:
        rows = [
            (name, _short(value))
            for name, value in record.model_dump(exclude_defaults=True).items()
            if name not in {"evidence", "sources", "status"}
        ]
        print(table(rows))
    return 0


def _shown_example(example: Example) -> Any:
    """The payload of an example, with the model and tools that it is for."""
    payload = example.payload if isinstance(example.payload, str) else dict(example.payload)
    named = {"model": example.model, "dialect": example.dialect, "to": example.to}
    given = {name: value for name, value in named.items() if value is not None}
    return {"payload": payload, **given} if given or isinstance(payload, str) else payload


def _described(check: Any) -> dict[str, Any]:
    return {
        "code": check.code,
        "name": check.name,
        "severity": check.severity,
        "what": check.what,
        "why": check.why,
        "bad": _shown_example(check.bad),
        "good": _shown_example(check.good),
        "url": check.url,
    }


def _short(value: Any) -> str:
    if isinstance(value, tuple | list):
        return ", ".join(_short(item) for item in value)
    if isinstance(value, dict):
        return " ".join(f"{name}={_short(inner)}" for name, inner in value.items())
    return str(value)


def _find(registry: Registry, name: str) -> tuple[Any, str]:
    for kind in ("settings", "models", "samplers", "schedules", "dialects"):
        records = getattr(registry, kind)
        if name in records:
            return records[name], kind
    if name.upper() in registry.rules:
        return registry.rules[name.upper()], "rules"
    for rule in registry.rules.values():
        if rule.name == name:
            return rule, "rules"
    try:
        return registry.model(name), "models"
    except UnknownModelError:
        for kind in ("samplers", "schedules"):
            for _, meaning in registry.written.anywhere(kind, name):
                return getattr(registry, kind)[meaning.record], kind
        try:
            return registry.settings[registry.names.setting(name)], "settings"
        except UnknownSettingError as error:
            close = dict.fromkeys((*error.suggestions, *registry.names.near_models(name)))
            raise UnknownSettingError(name, None, tuple(close)) from None


def _print_setting(setting: Setting) -> None:
    print(f"{painted(setting.id, 'strong')}  {setting.title} ({setting.group})")
    print(safe(setting.summary))
    limits = {
        k: v for k, v in setting.limits.model_dump(exclude_defaults=True).items() if v is not False
    }
    facts = [
        ("kind", setting.kind),
        ("unit", setting.unit),
        ("limits", _short(limits)),
        ("off", setting.off),
    ]
    print(table([(name, value) for name, value in facts if value not in {None, ""}], indent="  "))
    print(painted("names", "quiet"))
    print(table(_names(setting.aliases), indent="  "))
    if setting.values:
        print(painted("values", "quiet"))
        rows = [
            (
                v.model,
                v.value,
                "recommended" if v.recommended else "",
                v.evidence.kind,
                v.note or "",
            )
            for v in setting.values
        ]
        print(table(rows, indent="  "))


def run_models(args: argparse.Namespace) -> int:
    """List the models; with a name, what to set everything to with that one."""
    registry = default_registry()
    if args.model is not None:
        if args.format == "json":
            from dialed.recommendation import defaults

            print_json(defaults(args.model))
        else:
            _print_model(registry, args.model)
        return 0
    models = [model for model in registry.models.values() if not model.abstract]
    if args.format == "json":
        print_json(
            {
                model.id: {"title": model.title, "family": model.family, "hub": model.hub}
                for model in models
            }
        )
    else:
        print(
            table(
                (model.id, model.title, model.family, model.hub or "built in") for model in models
            )
        )
    return 0


def _print_model(registry: Registry, name: str) -> None:
    from dialed.checking_case import span
    from dialed.recommendation import defaults

    model = registry.model(name)
    print(f"{painted(model.id, 'strong')}  {model.title} ({model.family})")
    print(safe(model.summary))
    rows = []
    for setting, best in defaults(model.id).items():
        usual = (
            "" if best.low is None and best.high is None else f"usual {span(best.low, best.high)}"
        )
        rows.append((setting, best.value, usual, best.evidence.kind, best.evidence.url or ""))
    print(table(rows, indent="  "))
    if model.ignores:
        print(painted("does not use", "quiet"))
        print(table(((entry.setting, entry.why) for entry in model.ignores), indent="  "))


def run_schema(args: argparse.Namespace) -> int:
    """Print the JSON Schema of a model's settings, or the TypeScript types of the JSON API."""
    if args.typescript:
        from dialed.typescript_types import typescript

        print(typescript(), end="")
        return 0
    if args.model is None:
        raise PayloadError("name a model, or ask for --typescript")
    from dialed.model_schema import pydantic_model

    schema = pydantic_model(args.model, args.dialect).model_json_schema(by_alias=True)
    if args.format == "json":
        print_json(schema)
        return 0
    rows = []
    for name, field in schema["properties"].items():
        parts = [part for part in field.get("anyOf", [field]) if part.get("type") != "null"]
        shape = "; ".join(_short({k: v for k, v in part.items() if k != "title"}) for part in parts)
        rows.append((name, field.get("x-dialed", {}).get("id", ""), shape))
    print(table(rows))
    return 0
