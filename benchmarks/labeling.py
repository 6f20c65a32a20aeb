"""How labeling feels: in a real JupyterLab, by keys, on real text where it is at hand."""

import random
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pandas as pd

import in_lab
import tiebreak as tb
from figures import Row, median, p95, skipped, spread
from made_pairs import ANNOTATOR, write_jsonl, write_labels

DATA = Path(__file__).parents[2] / "shared/data/alpaca_eval"
MODELS = ("claude-2.1", "vicuna-7b-v1.5")
PRESSES = 160
TURNS = 4
TEXTS = ["prompt", "response_a", "response_b"]
A_FRAME = 1000 / 60
OPEN = f"""import tiebreak as tb
session = tb.Session("session", {{pairs!r}}, annotator={ANNOTATOR!r}, seed=7)
session"""


def keys() -> Iterator[Row]:
    """Press keys at a labeling pace on AlpacaEval pairs, the kernel idle and busy."""
    names = ["key to next pair painted, kernel idle", "key to next pair painted, time.sleep(30)"]
    if not DATA.is_dir():
        yield from (skipped(name, f"no AlpacaEval outputs at {DATA}") for name in names)
        return

    def prepare(folder: Path) -> list[str]:
        _alpaca_pairs().to_json(folder / "pairs.jsonl", orient="records", lines=True)
        return [OPEN.format(pairs="pairs.jsonl"), "import time; time.sleep(30)"]

    with in_lab.lab(prepare) as lab:
        lab.press(5, lambda: 0.3)  # the first presses find the browser cold
        lab.await_saved(5)
        lab.take()
        pressed, sent, floor = _press_by_turns(lab)
        lab.await_saved(5 + PRESSES)
        yield from _paint_rows(names[0], pressed, floor)
        yield _durable_row(sent)
        lab.start_busy()
        lab.press(PRESSES, lambda: random.uniform(0.15, 0.2))
        assert lab.busy, "the kernel was free too early"
        lab.await_saved(5 + 2 * PRESSES)
        pressed, _ = lab.take()
        yield from _paint_rows(names[1], pressed, floor)


def _press_by_turns(lab: in_lab.Lab) -> tuple[list[in_lab.Key], list[in_lab.Sent], list[float]]:
    """Label at a labeling pace, and in between see what a key takes in this page at least."""
    pressed: list[in_lab.Key] = []
    sent: list[in_lab.Sent] = []
    floor: list[float] = []
    for _ in range(TURNS):
        lab.press(PRESSES // TURNS, lambda: random.uniform(0.15, 0.3))
        keys_now, sent_now = lab.take()
        pressed += keys_now
        sent += sent_now
        plain = lab.press_for_floor(PRESSES // TURNS, lambda: random.uniform(0.15, 0.3))
        floor += [each.until_painted for each in plain]
    return pressed, sent, floor


def rich() -> Iterator[Row]:
    """Press keys where code and tables alternate with plain text, and with differences on."""
    names = [
        "key to next pair painted, code or a table",
        "key to next pair painted, differences on",
    ]
    if not DATA.is_dir():
        yield from (skipped(name, f"no AlpacaEval outputs at {DATA}") for name in names)
        return
    pairs = _by_turns(_alpaca_pairs())
    texts = dict(zip(pairs["id"], zip(*map(pairs.get, TEXTS), strict=True), strict=True))

    def prepare(folder: Path) -> list[str]:
        pairs.to_json(folder / "pairs.jsonl", orient="records", lines=True)
        return [OPEN.format(pairs="pairs.jsonl").replace("seed=7", 'seed=7, order="given"')]

    count = min(80, len(pairs) // 3)
    with in_lab.lab(prepare) as lab:
        lab.press(5, lambda: 0.3)
        lab.await_saved(5)
        lab.take()
        lab.press(count, lambda: random.uniform(0.15, 0.3))
        pressed, _ = lab.take()
        lab.page.press("d")
        lab.page.page.wait_for_timeout(1_000)
        lab.press(count, lambda: random.uniform(0.15, 0.3))
        marked, _ = lab.take()
    # What a key paints is the pair that the next one finds on screen.
    painted = [(key.until_painted, following.pair) for key, following in pairwise(pressed)]
    by_kind: dict[bool, list[float]] = {True: [], False: []}
    for until_painted, pair in painted:
        by_kind[any(map(_is_rich, texts[pair]))].append(until_painted)
    for name, waited in (
        (names[0], by_kind[True]),
        (names[1], [key.until_painted for key in marked]),
    ):
        fine = median(waited) <= A_FRAME and p95(waited) <= 2 * A_FRAME
        figure = f"{spread(waited, 'ms')}, {len(waited)} keys"
        figure += f"; plain: {spread(by_kind[False], 'ms')}"
        ratio = f"{median(waited) / median(by_kind[False]):.2f}"
        yield Row(name, figure, ratio, "median <= 16.7 ms, p95 <= 33 ms", fine)


def heap() -> Iterator[Row]:
    """Label 2,000 pairs in one page and see what the page then holds more than after 200."""
    first, last, bar = 200, 2_000, 1.1

    def prepare(folder: Path) -> list[str]:
        write_jsonl(folder / "pairs.jsonl", 2_600, 2_000)  # the deck is full at both ends
        return [OPEN.format(pairs="pairs.jsonl")]

    with in_lab.lab(prepare) as lab:
        held = []
        for count, more in ((first, first), (last, last - first)):
            lab.press(more, lambda: 0.05)
            lab.await_saved(count)
            held.append(lab.heap())
    ratio = held[1] / held[0]
    yield Row(
        "JS heap of the page after a forced collection",
        f"{held[1] / 1e6:.1f} MB after {last} pairs, {held[0] / 1e6:.1f} MB after {first}",
        f"{ratio:.2f}",
        f"<= {bar}",
        ratio <= bar,
    )


def burst() -> Iterator[Row]:
    """Press 20 keys a second for 200 pairs while the kernel is busy."""
    count = 200

    def prepare(folder: Path) -> list[str]:
        write_jsonl(folder / "pairs.jsonl", 300, 2_000)
        return [OPEN.format(pairs="pairs.jsonl"), "import time; time.sleep(14)"]

    with in_lab.lab(prepare) as lab:
        lab.start_busy()
        lab.press(count, lambda: 0.05)
        assert lab.busy, "the kernel was free too early"
        lab.await_saved(count)
        pressed, _ = lab.take()
        journal = lab.page.host.folder / f"session/journals/{ANNOTATOR}.jsonl"
        events = in_lab.journal_of(lab.page.host.folder / "session", ANNOTATOR)
        found = [(in_lab.hosts.name_on_screen(journal, e["pair"]), _digit(e)) for e in events]
    sides = {"0": "tie", "9": "both_bad"}
    wanted = [(each.pair, sides.get(each.key, each.key)) for each in pressed]
    right = sum(one == other for one, other in zip(wanted, found, strict=False))
    yield Row(
        f"20 keys a second, {count} pairs, kernel busy",
        f"{right} of {count} in the journal in order, {len(events)} lines",
        bar="200 of 200",
        ok=right == len(events) == len({event["id"] for event in events}) == count,
    )


def messages() -> Iterator[Row]:
    """Weigh the websocket frame of one label at the first pair and at the 10,000th."""
    first, last = (_weigh_label(labeled) for labeled in (0, 9_999))
    yield Row(
        "message to the kernel for one label",
        f"{first} bytes at pair 1, {last} bytes at pair 10,000",
        f"{last / first:.2f}",
        "< 1 KB",
        max(first, last) < 1_000,
    )


def _weigh_label(labeled: int) -> int:
    def prepare(folder: Path) -> list[str]:
        write_jsonl(folder / "pairs.jsonl", 10_000, 200)
        tb.Session(folder / "session", folder / "pairs.jsonl", annotator=ANNOTATOR, seed=7).close()
        if labeled:
            write_labels(folder / "session", labeled)
        return [OPEN.format(pairs=None)]

    with in_lab.lab(prepare) as lab:
        lab.press(1, lambda: 1.0)
        lab.await_saved(labeled + 1)
        _, sent = lab.take()
    return sent[0].bytes


def _paint_rows(name: str, pressed: list[in_lab.Key], floor: list[float]) -> Iterator[Row]:
    waited = [each.until_painted for each in pressed]
    fine = median(waited) <= A_FRAME and p95(waited) <= 2 * A_FRAME
    yield Row(
        name,
        f"{spread(waited, 'ms')}, {len(waited)} keys; one digit: {spread(floor, 'ms')}",
        f"{median(waited) / median(floor):.2f}",
        "median <= 16.7 ms, p95 <= 33 ms",
        fine and len(waited) == PRESSES,
    )
    browsers = [each.until_on_screen or 8.0 for each in pressed]
    yield Row("  the same by the browser's event timing", f"{spread(browsers, 'ms', digits=0)}")


def _durable_row(sent: list[in_lab.Sent]) -> Row:
    waited = [each.until_acknowledged for each in sent]
    return Row(
        "label durable: key to acknowledgement after fsync",
        spread(waited, "ms"),
        bar="median <= 100 ms",
        ok=len(waited) == PRESSES and median(waited) <= 100,
    )


def _alpaca_pairs() -> pd.DataFrame:
    a, b = (pd.read_json(DATA / f"outputs-{model}.jsonl", lines=True) for model in MODELS)
    both = a.merge(b, on="instruction", suffixes=("_a", "_b"))
    both = both[both["output_a"] != both["output_b"]]  # one pair is identical
    return both.rename(
        columns={"instruction": "prompt", "output_a": "response_a", "output_b": "response_b"}
    )[TEXTS]


def _is_rich(text: str) -> bool:
    return "```" in text or "|--" in text or "| --" in text


def _by_turns(pairs: pd.DataFrame) -> pd.DataFrame:
    """Let a pair with code or a table follow each one of plain text, while there are both."""
    pairs = pairs.assign(id=[f"pair-{number}" for number in range(len(pairs))])
    is_rich = pairs[TEXTS].map(_is_rich).any(axis="columns")
    place = is_rich.groupby(is_rich).cumcount()
    longest = is_rich.value_counts().min()
    return pairs[place < longest].assign(place=place).sort_values("place").drop(columns="place")


def _digit(event: dict[str, str]) -> str:
    if event["preference"] in ("a", "b"):
        return "1" if event["preference"] == event["shown_left"] else "2"
    return event["preference"]
