"""The command line: thin words over the library.

Exit codes: 0 all is well (also when nothing answers a question), 1 an error that the message
explains, 2 wrong usage. `commands` runs them, `showing` prints what comes of it.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path

# Read when NumPy is first imported. The products of one question are small, and threads that wait for each
# other stand still beside a busy process; as a library, briefqa leaves the choice to the program around it.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from briefqa.cli.commands import (
    run_add,
    run_ask,
    run_build,
    run_eval,
    run_export,
    run_import,
    run_info,
    run_remove,
    run_rollback,
    run_search,
    run_verify,
)
from briefqa.cli.showing import fit_console
from briefqa.cli.words import HELP
from briefqa.errors import BriefQAError


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    fit_console()
    arguments = sys.argv[1:] if argv is None else list(argv)
    if arguments[:1] == ["serve"]:
        from briefqa.ui import main as serve  # Gradio takes seconds to import

        return int(serve(arguments[1:]))
    options = _parser().parse_args(arguments)
    try:
        run: Callable[[argparse.Namespace], int] = options.run
        code = run(options)
        sys.stdout.flush()  # a reader that went away (… | head) is noticed here, not while Python ends
        return code
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115  # for Python's own last flush
        return 0
    except BriefQAError as error:
        print(f"briefqa: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("briefqa: cancelled; the index is as it was.", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="briefqa",
        description=HELP["briefqa"],
    )
    parser.add_argument("--version", action="version", version=f"briefqa {version('briefqa')}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name: str, run: Callable[[argparse.Namespace], int]) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=HELP[name], description=HELP[name])
        sub.add_argument(
            "--index",
            default="index",
            metavar="DIR",
            help=HELP["--index"],
        )
        sub.add_argument("--json", action="store_true", help=HELP["--json"])
        sub.set_defaults(run=run)
        return sub

    build = command("build", run_build)
    add = command("add", run_add)
    _take_documents(build, add)
    build.add_argument("--model", metavar="NAME", help=HELP["build --model"])
    remove = command("remove", run_remove)
    remove.add_argument("ids", nargs="+", metavar="ID", help=HELP["remove ID"])
    search = command("search", run_search)
    _take_question(search, command("ask", run_ask))
    command("info", run_info)
    command("verify", run_verify)
    command("rollback", run_rollback)
    export = command("export", run_export)
    export.add_argument("file", metavar="FILE", help=HELP["export FILE"])
    imported = command("import", run_import)
    imported.add_argument("file", metavar="FILE", help=HELP["import FILE"])
    _take_sets(command("eval", run_eval))
    serve = commands.add_parser("serve", help=HELP["serve"], add_help=False)
    serve.set_defaults(run=None)
    return parser


def _take_documents(*commands: argparse.ArgumentParser) -> None:
    for sub in commands:
        sub.add_argument("sources", nargs="+", metavar="PATH", help=HELP["PATH"])
        sub.add_argument("--cluster", metavar="URL", help=HELP["--cluster"])
        sub.add_argument(
            "--strict",
            action="store_true",
            help=HELP["--strict"],
        )


def _take_question(*commands: argparse.ArgumentParser) -> None:
    for sub in commands:
        sub.add_argument("question", metavar="QUESTION")
        sub.add_argument("-k", type=int, default=5, metavar="N", help=HELP["-k"])
        sub.add_argument(
            "--document",
            action="append",
            metavar="ID",
            help=HELP["--document"],
        )


def _take_sets(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("sets", nargs="+", type=Path, metavar="SET", help=HELP["eval SET"])
    sub.add_argument("--model", metavar="NAME", help=HELP["eval --model"])
