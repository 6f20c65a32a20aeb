"""Pairs: a prompt and two responses, ``a`` and ``b``, and their ids."""

import json
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from typing import Any

import msgspec

from tiebreak.records.label import Verdict
from tiebreak.records.text import Text

LONGEST_ID = 200
_NOTHING_HASHED = blake2b(digest_size=10)  # a copy is made in half the time of a new one


class Pair(msgspec.Struct, omit_defaults=True, frozen=True, gc=False):
    """A prompt and two responses. ``id`` is the user's own or a hash of the three texts.

    Attributes:
        id: names the pair in journals and exports.
        prompt: a string or a list of messages; an image is a message with that one part.
        a: the one response.
        b: the other response.
        model_a: what wrote ``a``, where that is known; never shown while labeling.
        model_b: what wrote ``b``.
        meta: every other column of the input.
        gold: the answer that is known to be right, where the pair is there to measure how often
            annotators give it.

    """

    id: str
    prompt: Text
    a: Text
    b: Text
    model_a: str | None = None
    model_b: str | None = None
    meta: dict[str, Any] | None = None
    gold: Verdict | None = None


def content_id(prompt: Text, a: Text, b: Text) -> str:
    """Hash the three texts to an id of 20 hexadecimal digits (80 bits of BLAKE2b).

    The same texts give the same id on every machine, which is what a resume matches by.
    """
    if isinstance(prompt, str) and isinstance(a, str) and isinstance(b, str):
        # Lengths first, so that no two triples share their bytes.
        p, x, y = prompt.encode(), a.encode(), b.encode()
        data = b"%d,%d,%d\0%b\0%b\0%b" % (len(p), len(x), len(y), p, x, y)
    else:
        data = json.dumps([prompt, a, b], sort_keys=True, ensure_ascii=False).encode()
    hashed = _NOTHING_HASHED.copy()
    hashed.update(data)
    return hashed.hexdigest()


def texts_with_parts(pairs: Iterable[Pair]) -> Iterator[Text]:
    """Give the prompts and responses that are no plain strings, as almost all are."""
    for pair in pairs:
        if not type(pair.prompt) is type(pair.a) is type(pair.b) is str:
            yield from (text for text in (pair.prompt, pair.a, pair.b) if type(text) is not str)


def describe_change(stored: Pair, given: Pair) -> str | None:
    """Name what differs between a stored pair and one given under its id, or give None.

    ``meta`` is not compared: it is not what a label was about.
    """
    names = ("prompt", "a", "b", "model_a", "model_b", "gold")
    changed = [name for name in names if getattr(stored, name) != getattr(given, name)]
    return " and ".join(changed) or None
