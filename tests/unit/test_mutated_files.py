"""A damaged file gives a result or a TiebreakError: never another exception, and never a hang."""

import contextlib
import copy
import csv
import gzip
import io
import json
import random
from collections import Counter

import pandas as pd
import pytest
import zstandard
from layout_samples import SAMPLES
from test_logs import DANUBE, LOGS, ROAD

import tiebreak as tb
from tiebreak.reading.layouts import LAYOUTS
from tiebreak.store.adding import in_blocks

TIMES = 10_000
SEED = 20240501
MESSAGES = [{"role": "user", "content": "Sky?"}]
ANSWER = [{"role": "assistant", "content": "blue"}]
LABEL = {"annotator": "ann", "source": "human", "preference": "a", "at": "2024-01-02T03:04:05Z"}
SHAPES = [
    {"prompt": "p", "response_a": "x", "response_b": "y", "id": "i", "topic": {"deep": [1]}},
    {"prompt": MESSAGES, "chosen": ANSWER, "rejected": [{**ANSWER[0], "content": "grey"}]},
    {"chosen": [*MESSAGES, *ANSWER], "rejected": [*MESSAGES, {**ANSWER[0], "content": "grey"}]},
    {"chosen": "The sky is blue.", "rejected": "The sky is grey."},
    {"id": "i", "prompt": "p", "a": "x", "b": "y", "labels": [{**LABEL, "criteria": {"k": "a"}}]},
    {"instruction": "p", "output_1": "x", "output_2": "y", "preference": 1.5, "annotator": "m"},
    {"instruction": "p", "output": "x", "generator": "m"},
    {
        "prompt": "p",
        "chosen": "x",
        "rejected": "y",
        "pair": "i",
        "annotator": "ann",
        "source": "human",
        "strength": 2,
        "model_chosen": "m",
        "model_rejected": "n",
    },
]
STRANGE = [
    *(None, True, 0, -1, 1.5, 2**63, 10**400, 1e308, "", " ", "\x00", "\ud83d\ude00", "a", "tie"),
    *([], {}, [[]], [None], [{}], {"role": "user"}, [{"role": None, "content": None}], [1, "x"]),
    *({"image": "no.png"}, {"bytes": "x", "path": None}, [{"role": "user", "content": [{}]}]),
    *([{"role": "user", "content": [{"type": "image", "image": "0" * 40 + ".png"}]}], "9" * 400),
    *({"a": {"b": {}}}, [LABEL], [{**LABEL, "strength": "x"}], [{**LABEL, "at": "never"}]),
]


# Rows of every layout, and of every log of thumbs.
PUBLISHED = [rows for name, rows in SAMPLES.items() if name != "rlaif_v"]  # an image is no JSON
LOGGED = [[row(up, DANUBE), row(down, ROAD)] for row, up, down in LOGS]


def rows_of(dice):
    """A few rows of one shape, told apart by a number; or those of a layout or a log."""
    if dice.random() < 0.5:
        return json.loads(json.dumps(dice.choice([*PUBLISHED, *LOGGED])))
    shape = dice.choice(SHAPES)
    rows = [json.loads(json.dumps(shape)) for _ in range(dice.randint(1, 6))]
    for number, row in enumerate(rows):
        for key, value in row.items():
            if isinstance(value, str) and key not in ("source", "annotator"):
                row[key] = f"{value} {number}"
    return rows


def change_a_value(rows, dice):
    row = dice.choice(rows)
    row[dice.choice(list(row))] = copy.deepcopy(dice.choice(STRANGE))


def change_a_value_within(rows, dice):
    place = dice.choice(rows)
    while isinstance(place, dict | list) and place:
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        key = dice.choice(keys)
        if dice.random() < 0.4:
            place[key] = copy.deepcopy(dice.choice(STRANGE))
            return
        place = place[key]


def drop_a_column(rows, dice):
    row = dice.choice(rows)
    del row[dice.choice(list(row))]


def add_a_column(rows, dice):
    names = [
        *("prompt", "chosen", "rejected", "a", "b", "labels", "id", "meta"),
        *("preference", "output", "label", "\x00"),
    ]
    dice.choice(rows)[dice.choice(names)] = copy.deepcopy(dice.choice(STRANGE))


def nest_deeply(rows, dice):
    deep = "x"
    for _ in range(dice.choice([30, 300, 900])):
        deep = [deep] if dice.random() < 0.5 else {"role": deep}
    row = dice.choice(rows)
    row[dice.choice(list(row))] = deep


def grow_a_field(rows, dice):
    row = dice.choice(rows)
    row[dice.choice(list(row))] = dice.choice("x\n\"é ,'") * 300_000


def truncate(data, dice):
    return data[: dice.randrange(len(data) + 1)]


def flip_bytes(data, dice):
    mutated = bytearray(data)
    for _ in range(dice.randint(1, 8)):
        if mutated:
            mutated[dice.randrange(len(mutated))] = dice.randrange(256)
    return bytes(mutated)


def double_a_part(data, dice):
    start, end = sorted(dice.randrange(len(data) + 1) for _ in range(2))
    return data[:end] + data[start:]


def cut_a_part_out(data, dice):
    start, end = sorted(dice.randrange(len(data) + 1) for _ in range(2))
    return data[:start] + data[end:]


def encode_otherwise(data, dice):
    text = data.decode("utf-8", "replace")
    return text.encode(dice.choice(["utf-16", "latin-1", "cp037", "utf-32"]), "replace")


def nest_bytes(data, dice):
    return data + dice.choice([b"[", b'{"a":', b"[{"]) * 50_000


def put_in_garbage(data, dice):
    place = dice.randrange(len(data) + 1)
    garbage = [dice.randbytes(50), b"\x00" * 20, b'"', b"\n\n", b"NaN", b"\xff\xfe", b"\\ud800"]
    return data[:place] + dice.choice(garbage) + data[place:]


ROW_CHANGES = [
    *(change_a_value, change_a_value_within, drop_a_column),
    *(add_a_column, nest_deeply, grow_a_field),
]
BYTE_CHANGES = [
    *(truncate, flip_bytes, double_a_part, cut_a_part_out),
    *(encode_otherwise, nest_bytes, put_in_garbage),
]


def write_jsonl(rows):
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


def write_csv(rows):
    file = io.StringIO()
    names = list(dict.fromkeys(name for row in rows for name in row))
    writer = csv.DictWriter(file, names)
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue().encode(errors="replace")


def write_parquet(rows):
    file = io.BytesIO()
    try:
        pd.DataFrame(rows).to_parquet(file)
    except Exception:  # noqa: BLE001 - Arrow cannot hold these rows as they are
        texts = [{k: json.dumps(v) for k, v in row.items()} for row in rows]
        file = io.BytesIO()
        pd.DataFrame(texts).to_parquet(file)
    return file.getvalue()


KINDS = {
    ".jsonl": write_jsonl,
    ".ndjson": write_jsonl,
    ".json": lambda rows: json.dumps(rows).encode(),
    ".csv": write_csv,
    ".parquet": write_parquet,
}
COMPRESSIONS = {"": bytes, ".gz": gzip.compress, ".zst": zstandard.compress}


def mutated_file(dice):
    """A file's ending and its content, changed as rows, as bytes, compressed, or all of them."""
    rows = rows_of(dice)
    kind = dice.choice(list(KINDS))
    compression = dice.choice(["", "", *COMPRESSIONS])
    if dice.random() < 0.6:
        for _ in range(dice.randint(1, 3)):
            change = dice.choice(ROW_CHANGES)
            if all(rows):
                change(rows, dice)
    data = KINDS[kind](rows)
    if dice.random() < 0.6:
        data = dice.choice(BYTE_CHANGES)(data, dice)
    data = COMPRESSIONS[compression](data)
    if compression and dice.random() < 0.4:
        data = dice.choice(BYTE_CHANGES)(data, dice)
    return kind + compression, data


def read(source, dice):
    layout = dice.choice(["auto", "auto", dice.choice(LAYOUTS).name])
    reading = tb.read_pairs(source, layout, on_error=dice.choice(["raise", "skip"]))
    for line in b"".join(in_blocks(reading.found)).splitlines():
        json.loads(line)
    assert len(reading.pairs) == len(reading)
    assert set(reading.labels["pair"]) <= set(reading.pairs.index)
    repr(reading)


def check(source, dice):
    report = tb.check(source, on_error=dice.choice(["raise", "skip"]))
    assert repr(report).encode()
    assert len(report.to_frame()) == len(report)


def read_thumbs(source, dice):
    feedback = tb.read_feedback(source, on_error=dice.choice(["raise", "skip"]))
    assert set(feedback.labels["pair"]) <= set(feedback.pairs.index)
    repr(feedback)


def try_mutated_files(numbers, folder):
    """Give files to all that reads files, and count what was read and what was refused."""
    counts = Counter()
    for number in numbers:
        dice = random.Random(SEED + number)
        ending, data = mutated_file(dice)
        path = folder / f"{number}{ending}"
        path.write_bytes(data)
        for use in (read, check, read_thumbs):
            try:
                use(path if dice.random() < 0.8 else io.BytesIO(data), dice)
                counts[use, True] += 1
            except tb.TiebreakError:
                counts[use, False] += 1
            except Exception as error:  # noqa: BLE001 - any other is what must not come
                what = f"{type(error).__name__}: {error}"
                pytest.fail(f"mutation {number} ({ending}, {use.__name__}): {what}")
        path.unlink()
    for use in (read, check, read_thumbs):
        assert counts[use, True]
        assert counts[use, False]


@pytest.mark.parametrize("part", range(4))
def test_mutated_files_give_a_result_or_a_tiebreak_error(part, tmp_path):
    try_mutated_files(range(part * 75, (part + 1) * 75), tmp_path)


@pytest.mark.long
@pytest.mark.parametrize("part", range(20))
def test_thousands_of_mutated_files_give_a_result_or_a_tiebreak_error(part, tmp_path):
    try_mutated_files(range(part * TIMES // 20, (part + 1) * TIMES // 20), tmp_path)


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: "-".join(shape)[:40])
def test_any_strange_value_in_any_column_gives_pairs_or_a_tiebreak_error(shape):
    for strange in STRANGE:
        for column in shape:
            rows = [{**shape, column: strange}, {**shape, "new": strange}]
            for use in (tb.read_pairs, tb.check):
                with contextlib.suppress(tb.TiebreakError):
                    use(rows)
