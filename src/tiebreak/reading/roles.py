"""What columns are likely to be, told from their names alone."""

import difflib
import re
from collections.abc import Collection, Mapping, Sequence

# What else has two sides, and is not the answers themselves.
BESIDE = frozenset(
    {
        *("model", "models", "generator", "score", "scores", "rating", "ratings", "rank"),
        *("reward", "rewards", "margin", "id", "source", "tokens", "token", "length", "len"),
        *("name", "label", "reason", "explanation", "note", "logp", "logps", "logprob", "prob"),
        *("probability", "index", "url", "author", "user", "votes", "date", "time", "hash"),
        *("lang", "language", "type", "count"),
    }
)
_PROMPTS = (
    *("prompt", "instruction", "question", "query", "input", "context", "conversation"),
    *("messages", "message", "history", "user", "request", "problem", "task", "post", "source"),
    "text",
)
_NO_PROMPT = BESIDE - {"source", "user"} | {"system", "history"}
_ROLES: Mapping[str, Sequence[str]] = {
    "response": (
        *("response", "output", "answer", "completion", "reply", "generation", "generated"),
        *("assistant", "solution", "summary", "translation", "result", "content", "text"),
    ),
    "model": ("model", "generator", "system", "llm", "engine", "checkpoint", "policy"),
    "thumb": (
        *("thumb", "thumbs", "feedback", "rating", "vote", "label", "liked", "like", "score"),
        "reaction",
    ),
    "user": ("user", "annotator", "rater", "customer", "account"),
}
_OF_NAMES = frozenset({"model", "name", "id", "label", "user", "score", "rating", "votes"})
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Za-z])(?=\d)")


def words_in(name: str) -> tuple[str, ...]:
    """Give the words that a column's name is made of, in lower case."""
    spaced = _CAMEL.sub(" ", name)
    words = [word.lower() for word in re.split(r"[\W_]+", spaced) if word]
    if len(words) > 1 and words[0] in ("non", "not", "un", "dis"):
        words[:2] = [("non" if words[0] == "not" else words[0]) + words[1]]
    return tuple(words)


def find_prompt(names: Sequence[str]) -> str | None:
    """Give the column that is likely to hold the prompts."""
    return _find(names, _PROMPTS, _NO_PROMPT)


def _find(names: Sequence[str], wanted: Sequence[str], but: Collection[str]) -> str | None:
    """Give the column that is called so, or else has the word in its name, the likeliest first."""
    words = {name: words_in(name) for name in names}
    for word in wanted:
        for name in names:
            if words[name] == (word,):
                return name
    for word in wanted:
        for name in names:
            if word in words[name] and not set(words[name]) & set(but):
                return name
    return None


def guess_roles(columns: Sequence[str], asked: Mapping[str, str]) -> dict[str, str]:
    """Guess which columns are meant by those that are not there.

    Args:
        columns: those that are there.
        asked: what each role, such as ``prompt``, ``response`` or ``model``, was said to be.

    Returns:
        The column of each role that is not there and can be guessed.

    """
    free = [name for name in columns if name not in asked.values()]
    guessed: dict[str, str] = {}
    for role, column in asked.items():
        if column in columns:
            continue
        folded = {name.casefold(): name for name in reversed(free)}
        near = difflib.get_close_matches(column.casefold(), folded, 1, 0.8)
        if near:
            found: str | None = folded[near[0]]
        elif role == "prompt":
            found = find_prompt(free)
        else:
            found = _find(free, _ROLES.get(role, ()), BESIDE - _OF_NAMES)
        if found is not None:
            guessed[role] = found
            free.remove(found)
    return guessed


def say_answers(columns: Sequence[str]) -> str:
    """Give the options of ``make_pairs`` that say where single responses stand, if it shows."""
    prompt = find_prompt(columns)
    if prompt is None:
        return ""
    free = [name for name in columns if name != prompt]
    of_answers = set(_ROLES["response"])
    many = [n for n in free if set(words_in(n)) & of_answers and not set(words_in(n)) & BESIDE]
    named = {} if prompt == "prompt" else {"prompt": repr(prompt)}
    if len(many) > 1:
        named["candidates"] = f"[{', '.join(map(repr, many))}]"
    else:
        found = guess_roles(free, {"response": "", "model": ""})
        if "response" not in found:
            return ""
        named |= {role: repr(column) for role, column in found.items()}
    return ", ".join(f"{option}={value}" for option, value in named.items())
