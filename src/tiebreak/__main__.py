"""The command line: ``python -m tiebreak check``, ``convert``, ``info``, ``export``, ``demo``."""

import argparse
import re
import sys
import traceback
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, NoReturn

from tiebreak._version import __version__
from tiebreak.checks import check
from tiebreak.checks.cells import canonical
from tiebreak.demo import open_demo
from tiebreak.errors import ExportError, TiebreakError
from tiebreak.exports import FORMATS, export
from tiebreak.exports.options import ExportOptions
from tiebreak.exports.selecting import AGREEMENTS
from tiebreak.reading.layouts import NAMES
from tiebreak.reading.reading import OnError, read_pairs
from tiebreak.session import Session
from tiebreak.wording import count, on_the_command_line, show, visible

_FOUND_ERRORS = 1
_UNUSABLE = 2
_INTERRUPTED = 130  # as shells have it
_FILES = ".jsonl, .json, .csv, .tsv, .xlsx or .parquet, also with .gz or .zst behind it"
_HASH = re.compile(r"\b[0-9a-f]{20}\b")  # what pairs without an id of their own go by
_FOLDER = "the session's"
_READER = "reader"  # opens a session to look at it; no label is made under this name


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and give its exit code.

    That is 0; or 1 where a check found errors; or 2 where there is no result, and stderr says why.
    """
    parser = _parser()
    options, others = parser.parse_known_args(arguments)
    if options.run is _demo:
        options.others = others
    elif others:
        parser.error(f"unrecognized arguments: {' '.join(others)}")
    with warnings.catch_warnings(), on_the_command_line():
        warnings.showwarning = _show_warning
        try:
            code: int = options.run(options)
        except (TiebreakError, OSError) as error:
            show(f"tiebreak: {error}", sys.stderr)
            return _UNUSABLE
        except KeyboardInterrupt:
            return _INTERRUPTED
    return code


class _Parser(argparse.ArgumentParser):
    """Names arguments that it does not know in visible characters: a file may be called so."""

    def exit(self, status: int = 0, message: str | None = None) -> NoReturn:
        super().exit(status, message and visible(message))


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="python -m tiebreak", description="Preference pairs in files, without a notebook."
    )
    parser.add_argument("--version", action="version", version=f"tiebreak {__version__}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    command = commands.add_parser("check", help="find what would spoil training on a file")
    command.description = (
        "Look for what would spoil training: the rules P01 to P26. Ends with 0 where there is no "
        "error, with 1 where there is one, and with 2 where the file cannot be checked."
    )
    command.add_argument(
        "files", nargs="+", metavar="FILE", help=f"{_FILES}; several are the splits of one dataset"
    )
    command.add_argument(
        "--max-length",
        type=int,
        default=1024,
        metavar="N",
        help="the trainer's, prompt and answer together, in tokens (%(default)s)",
    )
    command.add_argument(
        "--batch-size", type=int, default=16, metavar="N", help="the effective one (%(default)s)"
    )
    _add_columns(command, "FILE")
    command.add_argument(
        "--safety-critical", action="store_true", help="labels by judges alone are an error"
    )
    command.set_defaults(run=_check)

    command = commands.add_parser("convert", help="bring preferences into a trainer's format")
    command.description = "Read the preferences of a known dataset and write them for a trainer."
    command.add_argument("source", metavar="IN", help=_FILES)
    _add_target(command)
    command.add_argument(
        "--from",
        dest="layout",
        choices=["auto", *NAMES],
        default="auto",
        metavar="LAYOUT",
        help="what IN is in, told from its columns by default: %(choices)s",
    )
    _add_columns(command, "IN")
    command.add_argument(
        "--skip-errors", action="store_true", help="leave rows with problems out, and list them"
    )
    _add_format(command, "--to")
    _add_selection(command)
    command.set_defaults(run=_convert)

    command = commands.add_parser("info", help="say how far a session is")
    command.description = "Count the pairs of a session, and the labels of each annotator."
    command.add_argument("folder", metavar="FOLDER", help=_FOLDER)
    command.set_defaults(run=_info)

    command = commands.add_parser("export", help="write what was labeled in a session")
    command.description = "Write what was labeled in a session for a trainer."
    command.add_argument("folder", metavar="FOLDER", help=_FOLDER)
    _add_target(command)
    _add_format(command, "--format")
    _add_selection(command)
    command.set_defaults(run=_export)

    command = commands.add_parser("demo", help="open the quickstart notebook in JupyterLab")
    command.description = (
        "Copy the quickstart notebook into this folder, unless it is there, and open it in "
        "JupyterLab. What else is given goes to JupyterLab, such as --no-browser."
    )
    command.set_defaults(run=_demo)
    return parser


def _add_target(command: argparse.ArgumentParser) -> None:
    command.add_argument("target", metavar="OUT", help="the file to write; its ending decides how")


def _add_columns(command: argparse.ArgumentParser, file: str) -> None:
    command.add_argument(
        "--columns",
        type=_read_columns,
        metavar="NAME=COLUMN,...",
        help=f"what {file} calls the columns, such as prompt=question,chosen=best,rejected=worst",
    )


def _read_columns(text: str) -> dict[str, str]:
    named = [part.partition("=") for part in text.split(",")]
    if not all(name and column for name, _, column in named):
        msg = f"{text!r} is not NAME=COLUMN,NAME=COLUMN"
        raise argparse.ArgumentTypeError(msg)
    return {name.strip(): column.strip() for name, _, column in named}


def _add_format(command: argparse.ArgumentParser, name: str) -> None:
    command.add_argument(
        name,
        dest="format",
        choices=FORMATS,
        default="trl",
        metavar="FORMAT",
        help="what OUT is to be in (%(default)s by default): %(choices)s",
    )


def _add_selection(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--agreement",
        choices=AGREEMENTS,
        help="what becomes of pairs on which annotators part: one label by majority, by all, or "
        "every label",
    )
    command.add_argument(
        "--annotators", nargs="+", action="extend", metavar="NAME", help="only their labels"
    )
    command.add_argument(
        "--adjudicator", metavar="NAME", help="whose label is the verdict, whatever others said"
    )
    command.add_argument(
        "--allow", nargs="+", action="extend", metavar="RULE", help="such as P06: what may be there"
    )


def _selected(options: argparse.Namespace) -> ExportOptions:
    asked: ExportOptions = {
        "agreement": options.agreement,
        "annotators": options.annotators,
        "adjudicator": options.adjudicator,
    }
    return asked | {"allow": options.allow} if options.allow else asked


def _check(options: argparse.Namespace) -> int:
    files: list[str] = options.files
    short = [Path(file).name for file in files]
    names = short if len(set(short)) == len(files) else files
    report = check(
        files[0] if len(files) == 1 else dict(zip(names, files, strict=True)),
        columns=options.columns,
        safety_critical=options.safety_critical,
        max_length=options.max_length,
        batch_size=options.batch_size,
    )
    show(report)
    return 0 if report.ok else _FOUND_ERRORS


def _convert(options: argparse.Namespace) -> int:
    on_error: OnError = "skip" if options.skip_errors else "raise"
    reading = read_pairs(options.source, options.layout, columns=options.columns, on_error=on_error)
    show(reading, sys.stderr)
    for row, problem in reading.skipped.itertuples(index=False):
        show(f"tiebreak: skipped: {row}: {problem}", sys.stderr)
    pairs, labels = reading.found, reading.labels
    if options.skip_errors and "P01" not in (options.allow or ()):
        alike = [pair.id for pair in pairs if canonical(pair.a) == canonical(pair.b)]
        for pair in alike:
            show(f"tiebreak: skipped: {reading.rows[pair]}: both answers say the same", sys.stderr)
        pairs = [pair for pair in pairs if pair.id not in set(alike)]
        labels = labels[~labels["pair"].isin(alike)]
    try:
        report = export(pairs, labels, Path(options.target), options.format, **_selected(options))
    except ExportError as error:
        raise ExportError(_with_rows(str(error), reading.rows)) from None
    show(_with_rows(str(report), reading.rows))
    return 0


def _with_rows(said: str, rows: Mapping[str, object]) -> str:
    """Name rows of the file in place of pairs, whose ids are hashes that stand nowhere in it."""
    return _HASH.sub(lambda found: str(rows.get(found[0], found[0])), said)


def _info(options: argparse.Namespace) -> int:
    with _opened(options.folder) as session:
        labels, total = session.labels, len(session.pairs)
        show(f"{options.folder}: {count(total, 'pair')}, {count(len(labels), 'label')}")
        far = session.progress.to_dict("index")
        for (annotator, source), own in labels.groupby(["annotator", "source"], sort=False):
            show(f"  {annotator} ({source}): {_how_far(far.get(annotator, {}), total, len(own))}")
        for left_out in labels.attrs.get("not_counted", ()):
            show(f"  not counted: {left_out}")
    return 0


def _how_far(progress: Mapping[Any, int], total: int, labels: int) -> str:
    """Say what one annotator labeled of the pairs, and what else their labels are of."""
    labeled, skipped = progress.get("labeled", 0), progress.get("skip", 0)
    rest = {"skipped": skipped, "of second showings or gold": labels - labeled - skipped}
    more = "".join(f", {number} {what}" for what, number in rest.items() if number)
    return f"{labeled} labeled, {total - labeled} left{more}"


def _export(options: argparse.Namespace) -> int:
    with _opened(options.folder) as session:
        show(session.export(options.target, format=options.format, **_selected(options)))
    return 0


def _demo(options: argparse.Namespace) -> int:
    return open_demo(options.others)


def _opened(folder: str) -> Session:
    return Session(folder, annotator=_READER, read_only=True)


def _show_warning(message: Warning | str, *_: object, **__: object) -> None:
    show(f"tiebreak: warning: {message}", sys.stderr)


def _show_exception(
    family: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    show("".join(traceback.format_exception(family, error, trace)), sys.stderr)


if __name__ == "__main__":
    sys.excepthook = _show_exception
    sys.exit(main())
