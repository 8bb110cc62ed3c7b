"""`dialed completion`: scripts that complete commands, options, tools, models and settings in a shell."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from dialed.record_registry import default_registry
from dialed.shell_scripts import bash_script, fish_script, zsh_script

SCRIPTS = {"bash": bash_script, "zsh": zsh_script, "fish": fish_script}
_SAFE = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-+/@:,=%")


@dataclass(slots=True)
class Option:
    """One option: its spellings, whether a value follows, and which values there are (empty: a file)."""

    spellings: tuple[str, ...]
    takes_value: bool
    values: tuple[str, ...]
    help: str


@dataclass(slots=True)
class Command:
    """One command: the words that lead to it, its options, and the values of what stands free."""

    path: tuple[str, ...]
    help: str
    options: list[Option] = field(default_factory=list)
    values: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()


def add_commands(commands: argparse._SubParsersAction[Any]) -> None:
    """Add the command."""
    completion = commands.add_parser(
        "completion", help="completion for your shell", description=run_completion.__doc__
    )
    completion.add_argument("shell", choices=tuple(SCRIPTS))
    completion.set_defaults(run=run_completion)


def run_completion(args: argparse.Namespace) -> int:
    """Print a script that completes dialed's commands.

    bash: source <(dialed completion bash). zsh: dialed completion zsh > a folder of $fpath/_dialed.
    fish: dialed completion fish > ~/.config/fish/completions/dialed.fish.
    """
    from dialed.command_line import build_parser

    print(SCRIPTS[args.shell](list(described(build_parser()))), end="")
    return 0


def described(
    parser: argparse.ArgumentParser, path: tuple[str, ...] = (), about: str = ""
) -> Iterator[Command]:
    """Every command of ``parser``, the outermost first."""
    command = Command(path, about)
    inner: list[tuple[str, argparse.ArgumentParser, str]] = []
    for action in parser._actions:  # noqa: SLF001 - argparse offers no other way to read a parser
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001
            helps = {choice.dest: choice.help or "" for choice in action._choices_actions}  # noqa: SLF001
            inner += [(name, sub, helps.get(name, "")) for name, sub in action.choices.items()]
        elif action.option_strings:
            values = _values(action, action.option_strings[-1])
            takes = action.nargs != 0
            spellings = tuple(action.option_strings)
            command.options.append(Option(spellings, takes, values, action.help or ""))
        else:
            command.values = (*command.values, *_values(action, f"{' '.join(path)} {action.dest}"))
    command.commands = tuple(name for name, _, _ in inner)
    yield command
    for name, sub, text in inner:
        yield from described(sub, (*path, name), text)


def _values(action: argparse.Action, place: str) -> tuple[str, ...]:
    """What can stand there, where that is known; else files are offered."""
    registry = default_registry()
    if action.choices is not None:
        found = [str(choice) for choice in action.choices]
    elif place in {"--dialect", "--to", "--from"}:
        found = [*registry.dialects, "canonical"]
    elif place in {"--model", "models model", "schema model"}:
        found = list(registry.models)
    elif place == "resolve name":
        found = list(registry.settings)
    elif place == "show name":
        kinds = (registry.settings, registry.models, registry.samplers, registry.schedules)
        found = [name for kind in kinds for name in kind]
        found += [*registry.dialects, *registry.rules]
    else:
        found = []
    return tuple(word for word in dict.fromkeys(found) if word and _SAFE.issuperset(word))
