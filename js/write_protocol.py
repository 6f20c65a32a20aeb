"""Writes the messages in TypeScript from those in Python: ``python3 dev.py protocol``.

What Python always sends is required in TypeScript, null where it may be None; what it leaves out
at its default is optional. A literal type keeps the name that it has in Python. What the kernel
sends is written twice: as types in ``src/protocol.ts``, and in ``src/kernel/heard.ts`` as values
that a page checks messages by when they come.
"""

import inspect
import re
import textwrap
import types
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import msgspec

from tiebreak.labeling.labels import Standing
from tiebreak.records.label import LONGEST_EDIT, LONGEST_NOTE, Undo
from tiebreak.records.settings import Images, NoteRequired, Scale, TooFast
from tiebreak.records.text import Text
from tiebreak.widget import messages, parts

SOURCE = Path(__file__).parent / "src"
_WIDTH = 100
_NUMBERS = {"LONGEST_NOTE": LONGEST_NOTE, "LONGEST_EDIT": LONGEST_EDIT}
_LITERALS = {
    "Choice": parts.Choice,
    "Verdict": parts.Verdict,
    "Strength": Literal[1, 2, 3],
    "Scale": Scale,
    "TooFast": TooFast,
    "ImagePolicy": Images,
    "NoteRequired": NoteRequired,
    "ModuleName": messages.ModuleName,
}
# The shapes of messages, and of what they are made of, in the order of the file.
_SHAPES = (
    *(parts.Named, parts.Form, parts.Remarks, parts.Judged, parts.Vote),
    parts.ShownPair,
    *(Standing, parts.Stopping, parts.Past, parts.Listed),
    *get_args(messages.ToKernel),
    *get_args(messages.FromKernel),
)
_RENAMED = {parts.ShownPair: "Pair", Undo: "UndoEvent"}
_PLAIN = {str: "string", int: "number", float: "number", bool: "boolean", datetime: "string"}

_HEAD = """\
// The messages between browser and kernel. Written by `python3 dev.py protocol` from
// src/tiebreak/widget/messages.py: change it there.

import type { Text } from "./content";
"""


_CHECKED = """\
// What the messages from the kernel hold. Written by `python3 dev.py protocol` from
// src/tiebreak/widget/messages.py: change it there.

import type { FromKernel } from "../protocol";

/**
 * What a value holds: a kind, `[of, ...]` with what it is made of, or the fields of an object, of
 * which others may come too.
 */
export type Holds =
  | "string"
  | "number"
  | "boolean"
  | "text"
  | readonly ["optional" | "nullable" | "list" | "record", Holds]
  | readonly ["one of", ...(string | number)[]]
  | { readonly [field: string]: Holds };
"""


def written() -> dict[str, str]:
    """Give the texts of the files, by their names."""
    files = {"protocol.ts": _blocks(), "kernel/heard.ts": _checks()}
    return {name: "\n".join(blocks) for name, blocks in files.items()}


def _blocks() -> Iterator[str]:
    yield _HEAD
    for name, number in _NUMBERS.items():
        yield f"export const {name} = {number:_};"
    yield ""
    for name, literal in _LITERALS.items():
        yield _alias(name, [_value(value) for value in get_args(literal)])
    yield ""
    filters = ", ".join(map(_value, get_args(messages.Filter)))
    yield "/** What a list of earlier labels is narrowed to. */"
    yield f"export const FILTERS = [{filters}] as const;"
    yield "export type Filter = (typeof FILTERS)[number];"
    for shape in _SHAPES:
        yield ""
        yield from _interface(shape)
    yield ""
    yield "/** What the journal will hold: kept in the outbox until it is acknowledged. */"
    yield _alias("OutboxEvent", [_name(messages.LabelEvent), _name(Undo)])
    for name in ("ToKernel", "FromKernel"):
        yield ""
        yield _alias(name, list(map(_name, get_args(getattr(messages, name)))))
    yield ""


def _checks() -> Iterator[str]:
    yield _CHECKED
    messages_both_ways = (*get_args(messages.ToKernel), *get_args(messages.FromKernel))
    for shape in _SHAPES:
        if shape is parts.Remarks or shape in messages_both_ways:
            continue
        yield from _filled(f"const {_constant(shape)}: Holds = {{", shape, "};")
    yield ""
    yield "/** The messages that the kernel sends, by type. */"
    yield 'export const HEARD: Readonly<Record<FromKernel["type"], Holds>> = {'
    for shape in get_args(messages.FromKernel):
        yield from _filled(f"{shape.__struct_config__.tag}: {{", shape, "},", "  ")
    yield "};"
    yield ""


def _filled(start: str, shape: type[msgspec.Struct], end: str, indent: str = "") -> list[str]:
    """Write what the fields of a shape hold, as many in a line as fit, none cut in two."""
    fields = (f"{name}: {held}," for name, held in _held_in(shape))
    text = " ".join(field.replace(" ", "\0") for field in (start, *fields, end))
    lines = textwrap.wrap(
        text, _WIDTH, initial_indent=indent, subsequent_indent=indent + "  ", break_on_hyphens=False
    )
    return [line.replace("\0", " ") for line in lines]


def _alias(name: str, members: list[str]) -> str:
    line = f"export type {name} = {' | '.join(members)};"
    if len(line) <= _WIDTH:
        return line
    return f"export type {name} =\n" + "\n".join(f"  | {each}" for each in members) + ";"


def _interface(shape: type[msgspec.Struct]) -> Iterator[str]:
    about, attributes = _documentation(shape)
    yield from _comment(about, "")
    bases = [each for each in shape.__bases__ if each in _SHAPES]
    base = "".join(f" extends {_name(each)}" for each in bases)
    inherited = [name for each in bases for name in each.__struct_fields__]
    yield f"export interface {_name(shape)}{base} {{"
    if shape.__struct_config__.tag is not None:
        yield f"  type: {_value(shape.__struct_config__.tag)};"
    for field in msgspec.structs.fields(shape):
        if field.name in inherited:
            continue
        yield from _comment(attributes.get(field.name, ""), "  ")
        yield f"  {_field(field)};"
    yield "}"


def _field(field: msgspec.structs.FieldInfo) -> str:
    if field.required:
        return f"{field.encode_name}: {_type(field.type)}"
    present = [each for each in _members(field.type) if each is not types.NoneType]
    return f"{field.encode_name}?: {' | '.join(map(_type, present))}"


def _type(annotation: Any) -> str:
    """Write a type in TypeScript."""
    literals = (name for name, literal in _LITERALS.items() if literal == annotation)
    named = next(literals, None)
    if annotation == Text:
        return "Text"
    if annotation == messages.Filter:
        return "Filter"
    if annotation == parts.Strength:
        return "Strength"
    if named is not None:
        return named
    if annotation is types.NoneType:
        return "null"
    if annotation in _PLAIN:
        return _PLAIN[annotation]
    if annotation in _SHAPES:
        return _name(annotation)
    return _composed(annotation)


def _composed(annotation: Any) -> str:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _type(arguments[0])
    if origin in (Union, types.UnionType):
        return " | ".join(map(_type, arguments))
    if origin is list:
        inner = _type(arguments[0])
        return f"readonly ({inner})[]" if " " in inner else f"readonly {inner}[]"
    if origin is tuple:
        return f"readonly [{', '.join(map(_type, arguments))}]"
    if origin is dict and get_origin(arguments[0]) is Literal:
        keys = (f"{key}?: {_type(arguments[1])}" for key in get_args(arguments[0]))
        return f"{{ {'; '.join(keys)} }}"
    if origin is dict:
        return f"Readonly<Record<string, {_type(arguments[1])}>>"
    msg = f"There is no TypeScript for {annotation!r} yet."
    raise TypeError(msg)


def _held_in(shape: type[msgspec.Struct]) -> Iterator[tuple[str, str]]:
    for field in msgspec.structs.fields(shape):
        if field.required:
            yield field.encode_name, _held(field.type)
        else:  # left out at its default, never null
            (present,) = (each for each in _members(field.type) if each is not types.NoneType)
            yield field.encode_name, f'["optional", {_held(present)}]'


def _held(annotation: Any) -> str:
    """Write what a value of a type is checked by."""
    if annotation == Text:
        return '"text"'
    if annotation in _PLAIN:
        return f'"{_PLAIN[annotation]}"'
    if annotation in _SHAPES:
        return _constant(annotation)
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _held(arguments[0])
    if origin is Literal:
        return f'["one of", {", ".join(map(_value, arguments))}]'
    if origin in (Union, types.UnionType):
        (inner,) = (each for each in arguments if each is not types.NoneType)
        return f'["nullable", {_held(inner)}]'
    if origin is list or (origin is tuple and len(set(arguments)) == 1):
        return f'["list", {_held(arguments[0])}]'
    if origin is dict:
        return f'["record", {_held(arguments[1])}]'
    msg = f"There is no check for {annotation!r} yet."
    raise TypeError(msg)


def _constant(shape: type) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", _name(shape)).upper()


def _members(annotation: Any) -> tuple[Any, ...]:
    is_union = get_origin(annotation) in (Union, types.UnionType)
    return get_args(annotation) if is_union else (annotation,)


def _name(shape: type) -> str:
    return _RENAMED.get(shape, shape.__name__)


def _value(value: Any) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value)


def _documentation(shape: type) -> tuple[str, dict[str, str]]:
    """Give what a class's docstring says of it, and of its attributes."""
    about, _, rest = inspect.cleandoc(shape.__doc__ or "").partition("\nAttributes:\n")
    entries = re.split(r"^(?=\w+: )", textwrap.dedent(rest), flags=re.MULTILINE)
    attributes = (" ".join(entry.split()).partition(": ") for entry in entries if entry.strip())
    first = about.replace("``", "`").strip().split("\n\n")[0]
    return " ".join(first.split()), {name: text.replace("``", "`") for name, _, text in attributes}


def _comment(text: str, indent: str) -> list[str]:
    if not text:
        return []
    text = text[0].upper() + text[1:]
    line = f"{indent}/** {text} */"
    if len(line) <= _WIDTH:
        return [line]
    start = f"{indent} * "
    return [
        f"{indent}/**",
        *textwrap.wrap(text, _WIDTH, initial_indent=start, subsequent_indent=start),
        f"{indent} */",
    ]


if __name__ == "__main__":
    for name, text in written().items():
        (SOURCE / name).write_text(text, encoding="utf-8")
