"""P08 and P19: characters that are not what they look like, to a tokenizer or a loader."""

import re
from collections.abc import Iterator

from tiebreak.checks.facts import Item
from tiebreak.checks.finding import Problem
from tiebreak.checks.options import Settings

CONTROL_TOKEN = Problem(
    "P08",
    "warning",
    "the text holds control tokens of a chat template",
    "Tokenizers read them as real ones: an answer then ends, or another speaker begins, within it.",
    "Remove them, or write them with a space inside where the text is about them.",
)
LONE_SURROGATE = Problem(
    "P19",
    "error",
    "half a character (a lone surrogate)",
    "It cannot be written as UTF-8, and loaders fail on the file.",
    "Cut the text at whole characters; text.encode('utf-8', 'replace').decode() mends it.",
)
NUL = Problem(
    "P19",
    "warning",
    "a NUL character",
    "Databases, CSV readers and some loaders end the text there.",
    "Remove it.",
)
REPLACEMENT = Problem(
    "P19",
    "warning",
    "the replacement character U+FFFD",
    "A letter was lost when the text was decoded, and the model learns to write the mark.",
    "Read the source anew in its own encoding.",
)
MOJIBAKE = Problem(
    "P19",
    "warning",
    "mojibake: UTF-8 that was read as cp1252 or Latin-1, as in “Ã©” for “é”",
    "The model learns to write it.",
    "Read the source anew as UTF-8; ftfy mends what is left.",
)
MARK_INSIDE = Problem(
    "P19",
    "warning",
    "a byte order mark inside a text",
    "It is invisible, and a token of its own.",
    "Remove U+FEFF; files are read with encoding='utf-8-sig' to that end.",
)
MIXED_NEWLINES = Problem(
    "P19",
    "warning",
    "newlines of two kinds in one text",
    "To a tokenizer they are different, so the model learns both.",
    "Replace \\r\\n and \\r by \\n.",
)

_CONTROL = re.compile(
    r"<\|[^\s|<>]{1,40}\|>|<\uff5c[^<>]{1,40}\uff5c>|</?s>|\[/?INST\]|<</?SYS>>"
    r"|<(?:start|end)_of_turn>|<(?:bos|eos|pad|unk)>|<extra_id_\d+>|\[(?:BOS|EOS|PAD)\]"
)
_CONTINUED = r"[\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]"  # noqa: RUF001
_MOJIBAKE = re.compile(
    rf"[ÃÂÄÅÎÐÑ]{_CONTINUED}|â{_CONTINUED}{{2}}|ð(?:\x9f|Ÿ){_CONTINUED}{{2}}|ï»¿"
)
_SURROGATE = re.compile("[\ud800-\udfff]")


def control_tokens(item: Item, settings: Settings) -> Iterator[Problem]:
    """P08: the text of a special token, the tokenizer's own too."""
    own = getattr(settings.tokenizer, "all_special_tokens", None)
    special = [token for token in own if isinstance(token, str)] if isinstance(own, list) else []
    for text in item.strings:
        if (("<" in text or "[" in text) and _CONTROL.search(text)) or any(
            token and token in text for token in special
        ):
            yield CONTROL_TOKEN
            return


def damaged_text(item: Item, _: Settings) -> Iterator[Problem]:
    """P19: what the encoding of a text has suffered."""
    problems: dict[Problem, None] = {}
    for text in item.strings:
        if "\0" in text:
            problems[NUL] = None
        if "\r" in text and len({*_kinds_of_newline(text)}) > 1:
            problems[MIXED_NEWLINES] = None
        if text.isascii():
            continue
        if _SURROGATE.search(text):
            problems[LONE_SURROGATE] = None
        if "\ufffd" in text:
            problems[REPLACEMENT] = None
        if "\ufeff" in text:
            problems[MARK_INSIDE] = None
        if any(_was_utf8(match.group()) for match in _MOJIBAKE.finditer(text)):
            problems[MOJIBAKE] = None
    yield from problems


def _kinds_of_newline(text: str) -> Iterator[str]:
    for match in re.finditer(r"\r\n|\r|\n", text):
        yield match.group()


def _was_utf8(piece: str) -> bool:
    # cp1252 has no character for five bytes, which Latin-1 has.
    try:
        data = b"".join(char.encode("latin-1" if char <= "\xff" else "cp1252") for char in piece)
        data.decode()
    except UnicodeError:
        return False
    return True
