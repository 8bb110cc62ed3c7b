"""`dialed images build` in a process of its own, to be stopped, killed or starved."""

import json
import subprocess
import sys

BUILD = ("build", "--format", "json", "--threads", "1")


def line(text: str) -> dict:
    """The summary that a build ends with."""
    return json.loads(text.strip().splitlines()[-1])


def child(
    here: list[str], environment: dict[str, str], *more: str, **options: object
) -> subprocess.Popen:
    """Start a build."""
    code = (
        "import sys, argparse\nfrom dialed import DialedError\n"
        "from dialed_generator.command_line import add_commands\n"
        "parser = argparse.ArgumentParser(); add_commands(parser.add_subparsers())\n"
        "args = parser.parse_args(sys.argv[1:])\n"
        "try: status = args.run(args)\n"
        "except DialedError as error: print('error:', error, file=sys.stderr); status = 1\n"
        "sys.exit(status)"
    )
    command = [sys.executable, "-c", code, "images", *BUILD, "--batch-size", "2", *here, *more]
    return subprocess.Popen(
        command,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        **options,
    )
