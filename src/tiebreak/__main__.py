"""The command line: ``python -m tiebreak check FILE``, ``convert``, ``info`` and ``export``."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from tiebreak.checks import check
from tiebreak.errors import TiebreakError
from tiebreak.exports import FORMATS, export
from tiebreak.layouts import NAMES
from tiebreak.reading import read_pairs
from tiebreak.session import Session

_FOUND_ERRORS = 1
_UNUSABLE = 2
_READER = "reader"  # opens a session to look at it; no label is made under this name


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and give its exit code.

    That is 0; or 1 where a check found errors; or 2 where there is no result, with one line on
    stderr that says why.
    """
    options = _parser().parse_args(arguments)
    try:
        code: int = options.run(options)
    except (TiebreakError, OSError) as error:
        line = " ".join(str(error).split())
        print(f"tiebreak: {line}", file=sys.stderr)  # noqa: T201
        return _UNUSABLE
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="tiebreak", description="Preference pairs in files.")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    command = commands.add_parser("check", help="find what would spoil training on a file")
    command.description = "Ends with 0 where there is no error, and with 1 where there is one."
    command.add_argument(
        "files",
        nargs="+",
        metavar="FILE",
        help=".jsonl, .json, .csv or .parquet; several are the splits of one dataset",
    )
    command.add_argument("--max-length", type=int, default=1024, help="the trainer's, in tokens")
    command.add_argument("--batch-size", type=int, default=16, help="the effective one")
    command.add_argument(
        "--safety-critical", action="store_true", help="labels by judges alone are an error"
    )
    command.set_defaults(run=_check)

    command = commands.add_parser("convert", help="bring preferences into a trainer's format")
    command.add_argument("source", metavar="IN")
    command.add_argument("target", metavar="OUT")
    layouts = ["auto", *NAMES]
    command.add_argument("--from", dest="layout", choices=layouts, default="auto", metavar="LAYOUT")
    command.add_argument("--to", dest="format", choices=FORMATS, default="trl", metavar="FORMAT")
    command.set_defaults(run=_convert)

    command = commands.add_parser("info", help="say how far a session is")
    command.add_argument("folder", metavar="FOLDER")
    command.set_defaults(run=_info)

    command = commands.add_parser("export", help="write what was labeled in a session")
    command.add_argument("folder", metavar="FOLDER")
    command.add_argument("target", metavar="OUT")
    command.add_argument("--format", choices=FORMATS, default="trl", metavar="FORMAT")
    command.set_defaults(run=_export)
    return parser


def _check(options: argparse.Namespace) -> int:
    files: list[str] = options.files
    report = check(
        files[0] if len(files) == 1 else {file: file for file in files},
        safety_critical=options.safety_critical,
        max_length=options.max_length,
        batch_size=options.batch_size,
    )
    _say(report)
    return 0 if report.ok else _FOUND_ERRORS


def _convert(options: argparse.Namespace) -> int:
    reading = read_pairs(options.source, options.layout)
    _say(export(reading.found, reading.labels, Path(options.target), options.format))
    return 0


def _info(options: argparse.Namespace) -> int:
    with _opened(options.folder) as session:
        labels = session.labels
        _say(f"{options.folder}: {len(session.pairs)} pairs, {len(labels)} labels")
        for (annotator, source), own in labels.groupby(["annotator", "source"], sort=False):
            _say(f"  {annotator} ({source}): {len(own)}")
    return 0


def _export(options: argparse.Namespace) -> int:
    with _opened(options.folder) as session:
        _say(session.export(options.target, format=options.format))
    return 0


def _opened(folder: str) -> Session:
    return Session(folder, annotator=_READER, read_only=True)


def _say(result: object) -> None:
    # A console may have fewer characters than the texts that are named.
    encoding = sys.stdout.encoding or "utf-8"
    print(str(result).encode(encoding, "backslashreplace").decode(encoding))  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
