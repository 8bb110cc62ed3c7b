"""Completion scripts of the three shells, written from a description of the commands."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dialed.command_completion import Command

_BASH = """\
# Completion of dialed for bash. Made by: dialed completion bash
_dialed() {{
    local current="${{COMP_WORDS[COMP_CWORD]}}" previous="${{COMP_WORDS[COMP_CWORD - 1]}}"
    local path="" words="" index
    for ((index = 1; index < COMP_CWORD; index++)); do
        case "$path/${{COMP_WORDS[index]}}" in
            {paths}) path="$path/${{COMP_WORDS[index]}}" ;;
        esac
    done
    COMPREPLY=()
    case "$path $previous" in
{values}
    esac
    case "$path" in
{words}
    esac
    COMPREPLY=($(compgen -W "$words" -- "$current"))
}}
complete -o bashdefault -o default -F _dialed dialed
"""

_ZSH = """\
#compdef dialed
# Completion of dialed for zsh. Made by: dialed completion zsh
_dialed() {{
    local path_so_far="" previous="${{words[CURRENT - 1]}}" index
    for ((index = 2; index < CURRENT; index++)); do
        case "$path_so_far/${{words[index]}}" in
            ({paths}) path_so_far="$path_so_far/${{words[index]}}" ;;
        esac
    done
    case "$path_so_far $previous" in
{values}
    esac
    case "$path_so_far" in
{words}
    esac
}}
if [ "$funcstack[1]" = "_dialed" ]; then
    _dialed "$@"
else
    compdef _dialed dialed
fi
"""


def _place(command: Command) -> str:
    return "".join(f"/{word}" for word in command.path)


def _paths(commands: list[Command]) -> str:
    return "|".join(shlex.quote(_place(command)) for command in commands if command.path)


def _words(command: Command) -> tuple[str, ...]:
    spellings = tuple(s for option in command.options for s in option.spellings)
    return (*command.commands, *command.values, *spellings)


def bash_script(commands: list[Command]) -> str:
    """The script for bash: known words first, files where there are none."""
    values, words = [], []
    for command in commands:
        for option in command.options:
            if not option.takes_value:
                continue
            at = "|".join(shlex.quote(f"{_place(command)} {s}") for s in option.spellings)
            if option.values:
                listed = shlex.quote(" ".join(option.values))
                reply = f'COMPREPLY=($(compgen -W {listed} -- "$current")); return'
            else:
                reply = 'COMPREPLY=($(compgen -f -- "$current")); return'
            values.append(f"        {at}) {reply} ;;")
        listed = shlex.quote(" ".join(_words(command)))
        words.append(f"        {shlex.quote(_place(command))}) words={listed} ;;")
    return _BASH.format(paths=_paths(commands), values="\n".join(values), words="\n".join(words))


def zsh_script(commands: list[Command]) -> str:
    """The script for zsh, for a folder of ``$fpath`` or to be sourced."""
    values, words = [], []
    for command in commands:
        for option in command.options:
            if not option.takes_value:
                continue
            at = "|".join(shlex.quote(f"{_place(command)} {s}") for s in option.spellings)
            reply = (
                f"compadd -- {' '.join(map(shlex.quote, option.values))}"
                if option.values
                else "_files"
            )
            values.append(f"        ({at}) {reply}; return ;;")
        listed = " ".join(map(shlex.quote, _words(command)))
        reply = f"compadd -- {listed}"
        if not command.commands and not command.values:
            reply += "; _files"
        words.append(f"        ({shlex.quote(_place(command))}) {reply} ;;")
    return _ZSH.format(paths=_paths(commands), values="\n".join(values), words="\n".join(words))


def fish_script(commands: list[Command]) -> str:
    """The script for fish, with the help texts beside the words."""
    lines = ["# Completion of dialed for fish. Made by: dialed completion fish"]
    for command in commands:
        when = _fish_condition(command)
        if command.commands:
            for name in command.commands:
                inner = next(c for c in commands if c.path == (*command.path, name))
                about = shlex.quote(_one_line(inner.help))
                lines.append(f"complete -c dialed -f -n {when} -a {name} -d {about}")
        elif command.values:
            listed = shlex.quote(" ".join(command.values))
            lines.append(f"complete -c dialed -f -n {when} -a {listed}")
        for option in command.options:
            parts = [f"complete -c dialed -n {when}"]
            for spelling in option.spellings:
                flag = "-l" if spelling.startswith("--") else "-s"
                parts.append(f"{flag} {spelling.lstrip('-')}")
            if option.takes_value:
                listed = shlex.quote(" ".join(option.values))
                parts.append(f"-x -a {listed}" if option.values else "-r")
            parts.append(f"-d {shlex.quote(_one_line(option.help))}")
            lines.append(" ".join(parts))
    return "\n".join(lines) + "\n"


def _fish_condition(command: Command) -> str:
    if not command.path:
        return "__fish_use_subcommand"
    seen = "; and ".join(f"__fish_seen_subcommand_from {word}" for word in command.path)
    if command.commands:
        seen += f"; and not __fish_seen_subcommand_from {' '.join(command.commands)}"
    return shlex.quote(seen)


def _one_line(text: str) -> str:
    return " ".join(text.replace("%%", "%").split())
