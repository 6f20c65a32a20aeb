"""What trainers take of exported files, by their own loaders in environments of their own."""

import json
from collections import Counter

import pytest
from environments import take
from sample_sessions import SESSIONS, answers, dialogues, open_session

pytestmark = pytest.mark.targets


@pytest.fixture
def write(tmp_path):
    """Export a session of the name and give the path, whose name begins as asked for."""

    def export(name, format, suffix, begins="all", **options):
        folder = tmp_path / f"{begins}-{name}-{format}{suffix}"
        folder.mkdir()
        path = folder / f"{begins}-{name}{suffix}"
        with open_session(folder, name) as session:
            session.export(path, format, allow=["P05", "P06"], **options)
        return path

    return export


def rows_of(name, files, tmp_path):
    found = take(name, files, tmp_path)
    assert list(found) == list(files)
    errors = {label: one["error"] for label, one in found.items() if "error" in one}
    assert not errors, "\n".join(f"{label}: {said[-2000:]}" for label, said in errors.items())
    return {label: one["rows"] for label, one in found.items()}


def assert_same(found, expected):
    """Compare two lists of rows whatever their order, the first differences shown."""
    there, wanted = (Counter(map(json.dumps, rows)) for rows in (found, expected))
    assert list((there - wanted).elements())[:3] == list((wanted - there).elements())[:3]


# -- datasets

FORMATS = {
    "trl": (".jsonl", ".parquet"),
    "kto": (".jsonl", ".parquet"),
    "openai": (".jsonl",),
    "axolotl": (".jsonl", ".parquet", ".json"),
    "llama_factory": (".json", ".jsonl"),
    "ms_swift": (".jsonl", ".parquet"),
    "openrlhf": (".jsonl", ".parquet"),
    "nemo_rl": (".jsonl", ".parquet"),
    "torchtune": (".jsonl", ".parquet", ".json"),
}


def test_datasets_loads_the_very_rows_of_every_format(write, tmp_path):
    files = {
        f"{kind}-{name}{suffix}": write(name, kind, suffix)
        for kind, suffixes in FORMATS.items()
        for suffix in suffixes
        for name in SESSIONS
    }

    rows = rows_of("datasets", files, tmp_path)

    for kind, suffixes in FORMATS.items():
        for name in SESSIONS:
            file = next(f for f in files if f.startswith(f"{kind}-{name}.js"))
            text = files[file].read_text(encoding="utf-8")
            written = (
                json.loads(text)
                if file.endswith(".json")
                else [json.loads(line) for line in text.split("\n") if line]
            )
            for suffix in suffixes:
                assert rows[f"{kind}-{name}{suffix}"] == written, f"{kind}-{name}{suffix}"


# -- TRL


@pytest.mark.parametrize("suffix", [".jsonl", ".parquet"])
def test_trl_prepares_every_row_and_every_text_exactly(write, tmp_path, suffix):
    files = {
        f"{trainer}-{name}": write(name, "trl", suffix, trainer)
        for trainer in ("dpo", "cpo", "orpo")
        for name in SESSIONS
    }

    rows = rows_of("trl", files, tmp_path)

    for label, found in rows.items():
        name = label.split("-")[1]
        assert_same(found, dialogues(name, strings=True))


@pytest.mark.parametrize("suffix", [".jsonl", ".parquet"])
def test_trls_reward_trainer_takes_every_row_with_the_prompt_in_the_answers(
    write, tmp_path, suffix
):
    files = {
        name: write(name, "trl", suffix, "reward", implicit_prompt=True)
        for name in ("texts", "chats", "calls")
    }

    rows = rows_of("trl", files, tmp_path)

    for name, found in rows.items():
        assert_same(found, dialogues(name, strings=True))


@pytest.mark.parametrize("suffix", [".jsonl", ".parquet"])
def test_trls_kto_trainer_takes_every_row(write, tmp_path, suffix):
    files = {name: write(name, "kto", suffix, "kto") for name in SESSIONS}

    rows = rows_of("trl", files, tmp_path)

    for name, found in rows.items():
        assert_same(
            found,
            [
                [text, text == chosen]
                for chosen, rejected in dialogues(name, strings=True)
                for text in (chosen, rejected)
            ],
        )


# -- others


def all_kinds(write, format, names=tuple(SESSIONS)):
    """Write these sessions in every kind of file that a format has, each under its name."""
    return {
        f"{name}{suffix}": write(name, format, suffix)
        for suffix in FORMATS[format]
        for name in names
    }


def test_torchtune_takes_every_row_exactly(write, tmp_path):
    rows = rows_of("torchtune", all_kinds(write, "torchtune", ("texts", "chats")), tmp_path)

    for label, found in rows.items():
        assert_same(found, dialogues(label.split(".")[0]))


def test_openrlhf_takes_every_row_exactly(write, tmp_path):
    rows = rows_of("openrlhf", all_kinds(write, "openrlhf"), tmp_path)

    for label, found in rows.items():  # whose ends it strips of line breaks itself
        expected = dialogues(label.split(".")[0], strings=True)
        assert_same(found, [[text.rstrip("\n") for text in both] for both in expected])


def test_verl_takes_every_row_of_texts_exactly(write, tmp_path):
    rows = rows_of("verl", {"texts": write("texts", "verl", ".parquet")}, tmp_path)

    assert_same(rows["texts"], dialogues("texts", strings=True))


def test_togethers_check_passes_every_file(write, tmp_path):
    files = {name: write(name, "openai", ".jsonl", provider="together") for name in SESSIONS}

    rows = rows_of("together", files, tmp_path)

    assert {name: len(found) for name, found in rows.items()} == {
        "texts": 12,
        "chats": 6,
        "calls": 2,  # of the third, the prompt has the result of a tool, which it refuses
    }


def test_llama_factory_takes_every_row_exactly(write, tmp_path):
    rows = rows_of("llama_factory", all_kinds(write, "llama_factory"), tmp_path)

    for label, found in rows.items():
        assert_same(found, dialogues(label.split(".")[0]))


def test_axolotl_finds_every_answer_but_for_its_blanks_at_the_ends(write, tmp_path):
    files = {
        f"{name}-{template}": write(name, "axolotl", ".jsonl", template)
        for template in ("chatml", "llama3", "gemma")
        for name in ("texts", "chats")
        if (name, template) != ("chats", "gemma")  # which knows no system
    }

    rows = rows_of("axolotl", files, tmp_path)

    for label, found in rows.items():  # those that it would mistake are not written
        expected = answers(label.split("-")[0])
        assert_same(found, [both for both in expected if "assistant" not in both])
