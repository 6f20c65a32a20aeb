"""Which texts are the same, or nearly, so that no prompt stands on both sides of a split.

Two texts are the same if their letters, digits and symbols are, whatever their case, whitespace,
punctuation and Unicode form. They are nearly the same if the words in common, in their order, are
a large share of both. Candidates are found by MinHash over pairs of neighbouring words (Broder
1997) cut into bands (Leskovec, Rajaraman and Ullman, *Mining of Massive Datasets*, chapter 3), and
each candidate is then compared word by word.
"""

import math
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache
from hashlib import blake2b
from itertools import count, pairwise

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import Indel

from tiebreak.wording import progress_bar

_BANDS = 20
_MISSED = 0.03  # of the pairs that are only just similar enough
_LONGEST_BAND = 8
_BLOCK = 2_000
_COMPARED_IN_BUCKET = 4
_FAILURES_PER_TEXT = 16
_PROGRESS_FROM = 5_000

Hashes = npt.NDArray[np.uint32]


def near_duplicate_groups(texts: Sequence[str], threshold: float = 0.9) -> list[int]:
    """Give texts numbers: the same number means the same or nearly the same text.

    Args:
        texts: any texts; 100,000 of 2 KB take some ten seconds.
        threshold: the share of words that two texts have in common, in order (twice the longest
            common subsequence of words over the sum of both lengths), from which on they are
            nearly the same. At 0.9, texts of fewer than ten words have to be the same, and one
            word in ten may differ in longer ones.

    Returns:
        A number for each text, counted from 0 in the order of first appearance. Groups are
        chains: the first and the last of one may differ more than neighbours do.

    Example:
        >>> near_duplicate_groups(["What is 2+2?", "Name a colour.", "what  is 2 + 2"])
        [0, 1, 0]

    """
    groups = _Groups(len(texts))
    first: dict[bytes, int] = {}
    for number, text in enumerate(texts):
        groups.join(first.setdefault(_digest(text), number), number)
    distinct = list(first.values())
    del first
    # Shorter ones with a word that differs are below the threshold.
    shortest = math.ceil(round(1 / (1 - threshold), 6)) if threshold < 1 else math.inf
    _join_near(texts, distinct, threshold, shortest, groups)
    return groups.numbered()


class _Groups:
    """Disjoint sets of the numbers below a count."""

    def __init__(self, count: int) -> None:
        self._parent = list(range(count))

    def find(self, number: int) -> int:
        parent = self._parent
        while parent[number] != number:
            parent[number] = parent[parent[number]]
            number = parent[number]
        return number

    def join(self, first: int, second: int) -> None:
        self._parent[self.find(second)] = self.find(first)

    def numbered(self) -> list[int]:
        numbers: dict[int, int] = {}
        roots = map(self.find, range(len(self._parent)))
        return [numbers.setdefault(root, len(numbers)) for root in roots]


class _Separators(dict[int, str | None]):
    """Maps every character that is not punctuation to itself, filled as characters come up."""

    def __missing__(self, code: int) -> str | None:
        category = unicodedata.category(chr(code))
        separates = category[0] in "PZC" or category == "Sk"
        self[code] = " " if separates and category != "Cs" else chr(code)
        return self[code]


_SEPARATORS = _Separators()
_ASCII = bytes(
    ord(_SEPARATORS[code] or " ") if chr(code).isprintable() else ord(" ") for code in range(128)
) + bytes(range(128, 256))
# Scripts that put no space between words: each character counts as a word.
_UNSPACED = re.compile(
    r"([\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
    r"\U00020000-\U0003ffff])"
)


def _spaced(text: str) -> str:
    """Give a text in lower case, with a space for punctuation."""
    if text.isascii():
        return text.lower().encode().translate(_ASCII).decode()
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return folded.translate(_SEPARATORS)


def _words(text: str) -> list[str]:
    spaced = _spaced(text)
    return (spaced if spaced.isascii() else _UNSPACED.sub(r" \1 ", spaced)).split()


def _digest(text: str) -> bytes:
    # Without a space too: "well-known", "well known" and "wellknown" are one.
    key = "".join(_spaced(text).split()) or " " + "".join(text.split())
    return blake2b(key.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _join_near(
    texts: Sequence[str],
    numbers: Sequence[int],
    threshold: float,
    shortest: float,
    groups: _Groups,
) -> None:
    """Join the groups of the texts numbered that are alike."""

    @lru_cache(maxsize=4_096)
    def words_of(number: int) -> list[str]:
        return _words(texts[number])

    failures = [0] * len(texts)
    for bucket in _buckets(texts, numbers, threshold, shortest):
        for place, number in enumerate(bucket):
            for other in bucket[max(0, place - _COMPARED_IN_BUCKET) : place]:
                if failures[number] == _FAILURES_PER_TEXT:
                    break
                if groups.find(number) == groups.find(other):
                    continue
                similarity = Indel.normalized_similarity(
                    words_of(number), words_of(other), score_cutoff=threshold
                )
                if similarity:
                    groups.join(min(number, other), max(number, other))
                else:
                    failures[number] += 1


def _buckets(
    texts: Sequence[str], numbers: Sequence[int], threshold: float, shortest: float
) -> Iterator[list[int]]:
    """Give the texts whose hashes agree in a band, a list for each band's value."""
    rows = _rows_per_band(threshold)
    kept, bands = _hash_bands(texts, numbers, shortest, rows)
    for band in bands.T if kept.size else ():
        order = np.argsort(band, kind="stable")
        starts = np.flatnonzero(np.diff(band[order], prepend=band[order[0]] + np.uint64(1)))
        ends = np.append(starts[1:], len(order))
        for start, end in zip(starts, ends, strict=True):
            if end - start > 1:
                yield kept[order[start:end]].tolist()


def _rows_per_band(threshold: float) -> int:
    """Choose how many hashes a band has: as many as lose few of the pairs at the threshold.

    A share c of words changed, each by itself, leaves (1 - 2c) / (1 + 2c) of the pairs of
    neighbouring words in common (their Jaccard index), and that to the power of the rows is how
    often a band agrees.
    """
    changed = 1 - threshold
    in_common = max((1 - 2 * changed) / (1 + 2 * changed), 0.01)
    if in_common >= 1:
        return _LONGEST_BAND
    needed = 1 - _MISSED ** (1 / _BANDS)
    return min(max(int(math.log(needed) / math.log(in_common)), 1), _LONGEST_BAND)


def _hash_bands(
    texts: Sequence[str], numbers: Sequence[int], shortest: float, rows: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.uint64]]:
    """Give the texts long enough to be compared, and a hash for each of their bands."""
    dice = np.random.default_rng(20_240_501)
    factors = dice.integers(0, 2**31, _BANDS * rows, dtype=np.uint32) * np.uint32(2) + np.uint32(1)
    weights = dice.integers(0, 2**63, rows, dtype=np.uint64) * np.uint64(2) + np.uint64(1)
    vocabulary = defaultdict[str, int](count().__next__)
    kept: list[int] = []
    bands: list[npt.NDArray[np.uint64]] = []
    starts = range(0, len(numbers), _BLOCK)
    hidden = len(numbers) < _PROGRESS_FROM
    shown = starts if hidden else progress_bar("near duplicates", "blocks", rows=starts)
    for start in shown:
        words: list[int] = []
        lengths: list[int] = []
        for number in numbers[start : start + _BLOCK]:
            found = _words(texts[number])
            if len(found) >= shortest:
                kept.append(number)
                lengths.append(len(found))
                words.extend(map(vocabulary.__getitem__, found))
        if lengths:
            signatures = _signatures(np.array(words, np.uint32), lengths, factors)
            by_band = signatures.reshape(len(lengths), _BANDS, rows).astype(np.uint64)
            bands.append((by_band * weights).sum(axis=2, dtype=np.uint64))
    none = np.empty((0, _BANDS), np.uint64)
    return np.array(kept, np.int64), np.concatenate([none, *bands])


def _signatures(words: Hashes, lengths: Sequence[int], factors: Hashes) -> Hashes:
    """Give the least hash of each text's neighbouring words, for each of the hash functions."""
    starts = np.cumsum([0, *lengths[:-1]])
    mixed = _mix(words)
    following = np.roll(mixed, -1)
    # The last word of a text has no neighbour.
    last = starts + np.array(lengths) - 1
    following[last] = 0
    hashes = _mix(mixed * np.uint32(0x9E3779B1) + following)
    hashes[last] = hashes[starts]
    result = np.empty((len(lengths), len(factors)), np.uint32)
    for start, end in pairwise([*range(0, len(lengths), 200), len(lengths)]):
        first = starts[start]
        stop = len(words) if end == len(lengths) else starts[end]
        part = hashes[first:stop]
        for column, factor in enumerate(factors):
            result[start:end, column] = np.minimum.reduceat(
                part * factor, starts[start:end] - first
            )
    return result


def _mix(values: Hashes) -> Hashes:
    """Scatter 32-bit numbers; the finaliser of MurmurHash3 (public domain)."""
    values = values ^ (values >> np.uint32(16))
    values *= np.uint32(0x85EBCA6B)
    values ^= values >> np.uint32(13)
    values *= np.uint32(0xC2B2AE35)
    values ^= values >> np.uint32(16)
    return values
