"""OpenAI's summarize-from-feedback comparisons: two summaries of a post or an article.

Source: the README of openai/summarize-from-feedback and TRL's ``tldr_preference.py``, whose prompt
this is. The workers' remarks on the summaries come along as the note; the confidence is kept in the
meta column ``confidence`` as it is, for its scale is not documented.
"""

from collections.abc import Iterator

from tiebreak.reading.layouts.fields import (
    choice,
    kept,
    name_if_any,
    record,
    record_if_any,
    records,
    text,
    text_if_any,
    within,
)
from tiebreak.reading.layouts.layout import Found, Layout
from tiebreak.reading.rows import Row, RowError
from tiebreak.records.label import Opinion, Preference

_CHOICES: dict[int, Preference] = {0: "a", 1: "b"}
_COMPARED = 2


def _read(row: Row) -> Iterator[Found]:
    with within("info"):
        info = record(row, "info")
        prompt = _prompt(info)
    summaries = records(row, "summaries")
    if len(summaries) != _COMPARED:
        msg = f"{len(summaries)} summaries, not two"
        raise RowError(msg)
    with within("summaries"):
        a, b = (text(summary, "text") for summary in summaries)
        models = [name_if_any(summary, "policy") for summary in summaries]
        remarks = [text_if_any(summary, "note") for summary in summaries]
    note = "\n\n".join(f"Summary {n}: {said}" for n, said in enumerate(remarks, 1) if said)
    opinion = Opinion(
        name_if_any(row, "worker") or "crowd",
        "human",
        choice(row, "choice", _CHOICES),
        note=note or None,
    )
    meta = kept(row, "batch", "split") | kept(info, "subreddit", "site")
    meta |= kept(record_if_any(row, "extra"), "confidence")
    if (post := name_if_any(info, "id")) is not None:
        meta["post_id"] = post
    both = all(text_if_any(info, name) is not None for name in ("post", "article"))
    yield Found(
        prompt,
        a,
        b,
        model_a=models[0],
        model_b=models[1],
        meta=meta,
        opinions=(opinion,),
        told=("info.article stands beside a post, and was left out",) if both else (),
    )


def _prompt(info: Row) -> str:
    names = {"subreddit": "SUBREDDIT: r/", "title": "TITLE: ", "post": "POST: "}
    if text_if_any(info, "post") is None:
        names = {"title": "TITLE: ", "article": "ARTICLE: "}
        text(info, "article")
    parts = [(before, text_if_any(info, name)) for name, before in names.items()]
    return "".join(f"{before}{part}\n\n" for before, part in parts if part) + "TL;DR:"


LAYOUT = Layout(
    "summarize_feedback",
    "Summarize from feedback, comparisons",
    frozenset({"info", "summaries", "choice"}),
    _read,
    uses={
        "info": "prompt, subreddit, site and post_id",
        "summaries": "a, b, models and note",
        "choice": "preference",
        "worker": "annotator",
        "extra": "confidence",
    },
    within={
        "info": dict.fromkeys(("subreddit", "title", "post", "article", "id", "site")),
        "summaries": dict.fromkeys(("text", "policy", "note")),
        "extra": {"confidence": None},
    },
)
