import pytest
from export_makers import label, labels, labels_of, pair, say, write
from helpers import read_lines
from hypothesis import given
from hypothesis import strategies as st

import tiebreak as tb
from tiebreak.exports.splitting import split_by_prompt

HALVES = {"train": 0.5, "test": 0.5}


def prompts_in(path):
    return {row["prompt"] for row in read_lines(path)}


@pytest.fixture
def hundred():
    pairs = [pair(f"p{n}") for n in range(100)]
    return pairs, labels(*(label(p.id, "a") for p in pairs))


def test_each_split_is_a_file_and_its_size_is_reported(hundred, tmp_path):
    report = write(tmp_path / "pilot.jsonl", *hundred, splits={"train": 0.9, "test": 0.1})

    train, test = tmp_path / "pilot-train.jsonl", tmp_path / "pilot-test.jsonl"
    assert (len(read_lines(train)), len(read_lines(test))) == (90, 10)
    assert not prompts_in(train) & prompts_in(test)
    assert (train, test) == report.files
    assert {"train": 90, "test": 10} == report.splits
    assert "splits, by prompt: train 90 (90.0%), test 10 (10.0%)" in repr(report)
    assert not (tmp_path / "pilot.jsonl").exists()


def test_the_seed_decides_the_splits(hundred, tmp_path):
    def held_out(**options):
        write(tmp_path / "t.jsonl", *hundred, splits={"train": 0.9, "test": 0.1}, **options)
        return prompts_in(tmp_path / "t-test.jsonl")

    assert held_out(seed=1) == held_out(seed=1)
    assert held_out(seed=1) != held_out(seed=2)


def test_the_rows_of_a_prompt_stay_together(tmp_path):
    pairs = [pair(f"p{n}", prompt=f"question {n // 5}") for n in range(50)]
    found = labels_of(anna=[label(p.id, "a") for p in pairs], bob=[label(p.id, "b") for p in pairs])

    report = write(tmp_path / "t.jsonl", pairs, found, splits=HALVES, agreement="all")

    assert {"train": 50, "test": 50} == report.splits
    assert not prompts_in(tmp_path / "t-train.jsonl") & prompts_in(tmp_path / "t-test.jsonl")


def test_near_duplicates_stay_on_one_side():
    base = "Explain to a child of six years why the sky over the sea is blue in the morning"
    prompts = [f"{base} {word}" for word in ("", ".", "!", " please")] + [
        f"something else about {n}" * 3 for n in range(8)
    ]

    names = split_by_prompt([base.upper(), *prompts], ["human"] * 13, HALVES, 3)

    assert len(set(names[:4])) == 1


def test_prompts_of_messages_are_compared_too():
    pairs = [pair(f"p{n}", prompt=say("user", "Same question?"), a=f"x {n}") for n in range(4)]
    pairs += [pair("other", messages=True)]
    found = labels(*(label(p.id, "a") for p in pairs))

    made = tb.exports.to_dataset(pairs, found, splits={"train": 0.7, "test": 0.3})

    assert {"train": 4, "test": 1} == {name: len(part) for name, part in made.items()}


def test_each_source_is_divided_alike(tmp_path):
    pairs = [pair(f"p{n}") for n in range(200)]
    found = labels_of(
        anna=[label(p.id, "a") for p in pairs[:40]], judge=[label(p.id, "b") for p in pairs[40:]]
    )

    write(
        tmp_path / "t.jsonl",
        pairs,
        found,
        splits={"train": 0.75, "test": 0.25},
        provenance=["source"],
    )

    sources = [row["source"] for row in read_lines(tmp_path / "t-test.jsonl")]
    assert (sources.count("human"), sources.count("judge")) == (10, 40)


def test_a_split_without_a_prompt_is_an_error(tmp_path):
    pairs = [pair(f"p{n}", prompt="the same") for n in range(9)]
    found = labels(*(label(p.id, "a") for p in pairs))

    with pytest.raises(
        tb.ExportError, match="'test' would be empty: there are 1 different prompts"
    ):
        write(tmp_path / "t.jsonl", pairs, found, splits=HALVES)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "splits",
    [
        {"train": 0.9, "test": 0.2},
        {"train": 1.5, "test": -0.5},
        {"train": 0.9, "../x": 0.1},
        {},
        0.9,
        {"train": "a"},
    ],
)
def test_splits_that_make_no_sense_are_refused(hundred, tmp_path, splits):
    with pytest.raises(tb.ExportError, match="split"):
        write(tmp_path / "t.jsonl", *hundred, splits=splits)
    assert not list(tmp_path.iterdir())


def test_raw_splits_unlabeled_pairs_too(hundred, tmp_path):
    pairs, found = hundred

    report = write(tmp_path / "r.jsonl", pairs, found.head(30), "raw", splits=HALVES)

    files = [tmp_path / "r-train.jsonl", tmp_path / "r-test.jsonl"]
    rows = [row for file in files for row in read_lines(file)]
    assert {p.id for p in pairs} == {row["id"] for row in rows}
    assert sum(len(row["labels"]) for row in rows) == 30
    assert {"train": 50, "test": 50} == report.splits


def test_kto_keeps_its_order_within_a_split(hundred, tmp_path):
    write(tmp_path / "k.jsonl", *hundred, "kto", splits=HALVES)

    for name in HALVES:
        rows = read_lines(tmp_path / f"k-{name}.jsonl")
        assert all(
            {row["label"] for row in rows[start : start + 4]} == {True, False}
            for start in range(0, len(rows), 4)
        )


def test_llama_factory_has_an_entry_for_each_split(hundred, tmp_path):
    report = write(tmp_path / "t.json", *hundred, "llama_factory", splits=HALVES)

    info = (tmp_path / "dataset_info.json").read_text()
    assert '"t-train"' in info
    assert '"t-test"' in info
    assert len(report.files) == 3


NUMBERS = st.lists(st.integers(0, 30), min_size=12, max_size=120)


@given(NUMBERS, st.integers(0, 2**32), st.floats(0.1, 0.9))
def test_no_prompt_is_ever_on_both_sides_and_sizes_are_close(numbers, seed, share):
    prompts = [f"prompt about subject {chr(97 + n % 26) * 12} {n}" for n in numbers]
    splits = {"train": share, "test": 1 - share}

    try:
        names = split_by_prompt(prompts, ["human"] * len(prompts), splits, seed)
    except tb.ExportError:
        return

    sides = {}
    for prompt, name in zip(prompts, names, strict=True):
        assert sides.setdefault(prompt, name) == name
    largest = max(prompts.count(prompt) for prompt in prompts)
    assert abs(names.count("train") - share * len(prompts)) <= 2 * largest
