"""Guesses what a user's own columns are, for the message that says they are in no layout."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, combinations
from typing import Any

from tiebreak.reading.roles import BESIDE, find_prompt, words_in
from tiebreak.reading.rows import Row, plain
from tiebreak.store.media import is_media

_MOST = 60  # columns that are guessed among

# Words that tell two answers apart: the better one first, or in their order.
_BETTER = (
    *(("chosen", "rejected"), ("preferred", "rejected"), ("accepted", "rejected")),
    *(("selected", "rejected"), ("pos", "neg"), ("positive", "negative"), ("w", "l")),
    *(("win", "lose"), ("win", "loss"), ("winner", "loser"), ("winning", "losing")),
    *(("won", "lost"), ("j", "k"), ("better", "worse"), ("best", "worst"), ("good", "bad")),
    *(("preferred", "dispreferred"), ("preferred", "nonpreferred"), ("liked", "disliked")),
    *(("preferred", "unpreferred"), ("desirable", "undesirable"), ("desired", "undesired")),
)
_IN_ORDER = (
    *(("a", "b"), ("1", "2"), ("0", "1"), ("left", "right"), ("first", "second")),
    *(("one", "two"), ("x", "y"), ("i", "ii")),
)
_ANSWERS = frozenset(
    {
        *("response", "responses", "output", "outputs", "answer", "answers", "completion"),
        *("completions", "reply", "text", "summary", "generation", "generations", "candidate"),
        *("message", "messages", "content", "solution", "translation", "caption", "result", "y"),
        *("candidates", "replies", "summaries"),
    }
)
_PREFERENCES = ("preference", "preferred", "winner", "choice", "vote", "verdict", "better", "label")
_OF_PREFERENCES = BESIDE - {"model", "label", "id", "name"} | {"strength", "confidence"}
_SCORES = {
    "scores": frozenset({"score", "scores", "reward", "rewards", "rating", "ratings"}),
    "ranks": frozenset({"rank", "ranks", "ranking"}),
}


def guess_columns(columns: Sequence[str], first: Row) -> dict[str, str]:
    """Guess which of a source's columns are the prompt and the two answers, or give nothing."""
    names = [name for name in columns[:_MOST] if _holds_text(first.get(name))]
    pair = next(_find_pairs(names), None)
    if pair is None:
        return _guess_lists(names, columns, first)
    better, one, other = pair
    rest = [name for name in names if name not in (one, other)]
    prompt = find_prompt(rest) or (rest[0] if len(rest) == 1 else None)
    targets = ("chosen", "rejected") if better else ("response_a", "response_b")
    if prompt is None:  # it may stand in the dialogues
        whole = better and all(isinstance(plain(first.get(name)), list) for name in (one, other))
        return _if_other({targets[0]: one, targets[1]: other} if whole else {})
    guessed = {"prompt": prompt, targets[0]: one, targets[1]: other}
    if not better:
        others = [name for name in columns if name not in (one, other, prompt)]
        said = _find_preference([name for name in others if _holds_verdict(first.get(name))])
        guessed |= {"preference": said} if said else {}
    return _if_other(guessed)


def guess_two(columns: Sequence[str], first: Row) -> tuple[str, str] | None:
    """Guess which two columns are the answers where nothing shows the prompt: the longest texts."""
    names = [name for name in columns[:_MOST] if _holds_text(first.get(name))]
    twos = [(one, other) for _, one, other in _find_pairs(names)]
    return max(twos, key=lambda two: len(str([first[name] for name in two])), default=None)


def _if_other(guessed: dict[str, str]) -> dict[str, str]:
    """Give no guess that would rename nothing."""
    return guessed if any(name != column for name, column in guessed.items()) else {}


def _guess_lists(names: Sequence[str], columns: Sequence[str], first: Row) -> dict[str, str]:
    """Guess which column lists several responses, and which one scores them."""
    listing = [n for n in names if set(words_in(n)) & _ANSWERS and _lists_texts(first.get(n))]
    if not listing:
        return {}
    prompt = find_prompt([name for name in names if name != listing[0]])
    if prompt is None:
        return {}
    many = len(plain(first[listing[0]]))
    guessed = {"prompt": prompt, "responses": listing[0]}
    for name in columns:
        scores = plain(first.get(name))
        kind = next((kind for kind, words in _SCORES.items() if set(words_in(name)) & words), None)
        if kind and isinstance(scores, list) and len(scores) == many and kind not in guessed:
            guessed[kind] = name
        if isinstance(scores, list) and len(scores) == many and words_in(name)[-1:] == ("models",):
            guessed.setdefault("models", name)
    return _if_other(guessed)


def _lists_texts(value: Any) -> bool:
    said = plain(value)
    return (
        isinstance(said, list)
        and len(said) > 1
        and all(isinstance(x, str) or (isinstance(x, Mapping) and _has_text(x)) for x in said)
    )


def _has_text(response: Mapping[str, Any]) -> bool:
    return "role" not in response and any(
        isinstance(said, str) and set(words_in(str(name))) & _ANSWERS
        for name, said in response.items()
    )


def _holds_text(value: Any) -> bool:
    said = plain(value)
    return isinstance(said, str | list) or is_media(said) or _is_message(said)


def _is_message(said: Any) -> bool:
    return isinstance(said, Mapping) and {"role", "content"} <= said.keys()


def _holds_verdict(value: Any) -> bool:
    said = plain(value)
    return not isinstance(said, Mapping) and not (isinstance(said, list) and len(said) != 1)


def _find_pairs(names: Sequence[str]) -> Iterator[tuple[bool, str, str]]:
    """Give two columns whose names differ in a word that tells answers apart, likely ones first."""
    words = {name: words_in(name) for name in names}
    found = []
    for one, other in combinations(names, 2):
        for first, second in ((one, other), (other, one)):
            told = _tell_apart(words[first], words[second])
            if told is not None:
                better, stem = told
                found.append((bool(stem & _ANSWERS), better, first, second))
    for _, better, first, second in sorted(found, key=lambda it: (-it[0], -it[1])):
        yield better, first, second


def _tell_apart(one: Sequence[str], other: Sequence[str]) -> tuple[bool, frozenset[str]] | None:
    """Tell whether the first is the better one, and what both are called; None where neither."""
    if len(one) != len(other):
        return None
    unlike = [place for place, word in enumerate(one) if word != other[place]]
    if len(unlike) != 1:
        return None
    both = [word for place, word in enumerate(one) if place != unlike[0]]
    stem = frozenset(both)
    words = one[unlike[0]], other[unlike[0]]
    # "model_a_response" is a response, and "response_a_model" the name of a model.
    if stem & BESIDE - {"model"} or both[-1:] == ["model"]:
        return None
    if words in _BETTER:
        return True, stem
    return (False, stem) if words in _IN_ORDER else None


def _find_preference(names: Sequence[str]) -> str | None:
    words = {name: words_in(name) for name in names}
    whole = (name for wanted in _PREFERENCES for name in names if words[name] == (wanted,))
    some = (
        name
        for wanted in _PREFERENCES
        for name in names
        if wanted in words[name] and not set(words[name]) & _OF_PREFERENCES
    )
    return next(chain(whole, some), None)


def say_columns(guessed: Mapping[str, str]) -> str:
    """Word a guess as what to write, in Python and on the command line."""
    named = [(name, column) for name, column in guessed.items() if name != column]
    given = ", ".join(f"{name!r}: {column!r}" for name, column in named)
    typed = ",".join(f"{name}={column}" for name, column in named)
    quoted = f"'{typed}'" if re.search(r"[^\w=,.-]", typed) else typed
    return f"Did you mean columns={{{given}}}, or on the command line --columns {quoted}?"
