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
        description="回答政策文件中的问题：原文引用，注明出处。"
        "Answers questions with quotes from your documents.",
    )
    parser.add_argument("--version", action="version", version=f"briefqa {version('briefqa')}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name: str, run: Callable[[argparse.Namespace], int], text: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=text, description=text)
        sub.add_argument(
            "--index",
            default="index",
            metavar="DIR",
            help="索引文件夹 / folder, or milvus://HOST:PORT/NAME (default: index)",
        )
        sub.add_argument("--json", action="store_true", help="输出 JSON / print one JSON object")
        sub.set_defaults(run=run)
        return sub

    build = command("build", run_build, "从文件重建索引 / replace the index by these documents")
    add = command("add", run_add, "增加文件 / add documents to the index")
    _take_documents(build, add)
    build.add_argument("--model", metavar="NAME", help="sentence-transformers 模型 / model name or folder")
    remove = command("remove", run_remove, "移除文件 / take documents out of the index")
    remove.add_argument("ids", nargs="+", metavar="ID", help="文件编号，见 info / ids, see info")
    search = command("search", run_search, "检索段落 / find the best passages")
    _take_question(search, command("ask", run_ask, "提问 / ask a question"))
    command("info", run_info, "索引里有什么 / what the index holds")
    command("verify", run_verify, "核对校验和 / check every file of the index")
    command("rollback", run_rollback, "回到上一次的索引 / go back to the build before")
    export = command("export", run_export, "把索引写成一个文件 / write the index into one file")
    export.add_argument("file", metavar="FILE", help="新文件 / a new file, such as papers.briefqa")
    imported = command("import", run_import, "用导出的文件作索引 / make an exported file the live index")
    imported.add_argument("file", metavar="FILE", help="export 写的文件 / written by export")
    _take_sets(command("eval", run_eval, "用有答案的问题集测量 / measure with questions that have answers"))
    serve = commands.add_parser("serve", help="打开网页 / start the web page", add_help=False)
    serve.set_defaults(run=None)
    return parser


def _take_documents(*commands: argparse.ArgumentParser) -> None:
    for sub in commands:
        sub.add_argument("sources", nargs="+", metavar="PATH", help="文件或文件夹 / files or folders")
        sub.add_argument("--cluster", metavar="URL", help="Dask: workers of a cluster, tcp://HOST:PORT")
        sub.add_argument(
            "--strict",
            action="store_true",
            help="任何文件或页面未读全即失败 / exit 1 if anything was not read",
        )


def _take_question(*commands: argparse.ArgumentParser) -> None:
    for sub in commands:
        sub.add_argument("question", metavar="QUESTION")
        sub.add_argument("-k", type=int, default=5, metavar="N", help="段落数 / number of passages (5)")
        sub.add_argument(
            "--document",
            action="append",
            metavar="ID",
            help="只查此文件，可重复 / only this document; repeatable",
        )


def _take_sets(sub: argparse.ArgumentParser) -> None:
    sub.add_argument(
        "sets", nargs="+", type=Path, metavar="SET", help="问题文件或文件夹 / question file or folder"
    )
    sub.add_argument("--model", metavar="NAME", help="文件夹问题集所用模型 / model for folders")
