from io import BytesIO

import datasets
import pandas as pd
import PIL.Image
import pytest
from export_makers import label, labels, pair, say
from helpers import python, read_lines, rows

import tiebreak as tb
from tiebreak import exports
from tiebreak.exports import FORMATS


def picture(colour):
    buffer = BytesIO()
    PIL.Image.new("RGB", (4, 3), colour).save(buffer, "PNG")
    return buffer.getvalue()


RED, BLUE = picture("red"), picture("blue")


def ask(*parts):
    return [{"role": "user", "content": list(parts)}]


def words(content):
    return {"type": "text", "text": content}


def shown(image):
    return {"type": "image", "image": image}


# -- typed features


def test_strings_have_typed_features(open_session):
    session = open_session(rows(2), scale="graded")
    for name in session.pairs.index:
        session.label(name, "a", 2)

    made = session.to_dataset(margin=True, provenance=["strength", "topic", "model_chosen"])

    string = datasets.Value("string")
    assert made.features == datasets.Features(
        {
            "prompt": string,
            "chosen": string,
            "rejected": string,
            "strength": datasets.Value("int64"),
            "topic": string,
            "model_chosen": string,
            "margin": datasets.Value("float64"),
        }
    )


def test_messages_are_lists_of_role_and_content(open_session):
    session = open_session(
        [
            {
                "prompt": say("user", "?"),
                "response_a": say("assistant", "x"),
                "response_b": say("assistant", "y"),
            }
        ]
    )
    session.label(session.next().id, "a")

    made = session.to_dataset()

    message = {"role": datasets.Value("string"), "content": datasets.Value("string")}
    dialogue = datasets.List(message)
    assert made.features == datasets.Features(
        {"prompt": dialogue, "chosen": dialogue, "rejected": dialogue}
    )
    assert made[0] == {
        "prompt": say("user", "?"),
        "chosen": say("assistant", "x"),
        "rejected": say("assistant", "y"),
    }


def test_a_column_without_any_value_is_a_string_column():
    made = exports.to_dataset(
        [pair("p0")], labels(label("p0", "a")), provenance=["model_chosen", "strength"]
    )

    assert made.features["model_chosen"] == datasets.Value("string")
    assert made.features["strength"] == datasets.Value("int64")
    assert made[0]["model_chosen"] is None


def test_the_dataset_and_the_parquet_file_are_the_same(open_session, tmp_path):
    session = open_session(rows(5))
    for name in session.pairs.index:
        session.label(name, "tie")

    session.export(tmp_path / "k.parquet", format="kto")

    cache = str(tmp_path / "cache")
    loaded = datasets.load_dataset(
        "parquet", data_files=str(tmp_path / "k.parquet"), split="train", cache_dir=cache
    )
    made = session.to_dataset("kto")
    assert loaded.to_list() == made.to_list()
    assert loaded.features == made.features


def test_splits_make_a_dataset_dict():
    pairs = [pair(f"p{n}") for n in range(20)]
    pairs.append(pair("level"))
    found = labels(*(label(p.id, "b") for p in pairs[:-1]), label("level", "tie"))

    made = exports.to_dataset(pairs, found, splits={"train": 0.8, "test": 0.2}, seed=5)

    assert isinstance(made, datasets.DatasetDict)
    assert {"train": 16, "test": 4} == {name: len(part) for name, part in made.items()}
    assert "left out: 1 ties" in made["train"].info.description


@pytest.mark.parametrize("format", ["raw", "argilla", "label_studio", "openai"])
def test_what_is_no_table_is_no_dataset(format):
    with pytest.raises(tb.ExportError, match=f"The format '{format}' is no table; export it"):
        exports.to_dataset([pair("p0")], labels(label("p0", "a")), format)


def test_rows_in_many_batches_are_all_there(monkeypatch, tmp_path):
    monkeypatch.setattr(exports.arrow, "ROWS_A_BATCH", 3)
    pairs = [pair(f"p{n}") for n in range(10)]
    found = labels(*(label(p.id, "a") for p in pairs))

    exports.export(pairs, found, tmp_path / "t.parquet")

    assert [p.prompt for p in pairs] == pd.read_parquet(tmp_path / "t.parquet")["prompt"].tolist()
    assert [p.prompt for p in pairs] == exports.to_dataset(pairs, found)["prompt"][:]


# -- images


@pytest.fixture
def pictured(open_session):
    """A pair with two images in its prompt, and one without any."""
    session = open_session(
        [
            {
                "id": "seen",
                "prompt": ask(shown(RED), words("or"), shown(BLUE), words("Which is warm?")),
                "response_a": "The first",
                "response_b": say("assistant", "The second"),
            },
            {"id": "plain", "prompt": "Hello", "response_a": "Hi", "response_b": "Go"},
        ],
        order="given",
    )
    session.label("seen", "a")
    session.label("plain", "b")
    return session


def check_vision(loaded):
    seen, plain = loaded
    image, text = {"type": "image", "text": None}, {"type": "text"}
    assert seen["prompt"] == [
        {
            "role": "user",
            "content": [
                image,
                {**text, "text": "or"},
                image,
                {**text, "text": "Which is warm?"},
            ],
        }
    ]
    assert seen["chosen"] == say("assistant", [{**text, "text": "The first"}])
    assert [(255, 0, 0), (0, 0, 255)] == [i.convert("RGB").getpixel((0, 0)) for i in seen["images"]]
    assert plain["images"] == []
    assert plain["prompt"] == say("user", [{**text, "text": "Hello"}])
    for row in loaded:
        blocks = [
            part
            for name in ("prompt", "chosen", "rejected")
            for message in row[name]
            for part in message["content"]
        ]
        assert sum(part["type"] == "image" for part in blocks) == len(row["images"])


def test_image_pairs_make_trls_vision_rows_in_parquet(pictured, tmp_path):
    pictured.export(tmp_path / "v.parquet")

    check_vision(
        datasets.load_dataset(
            "parquet",
            data_files=str(tmp_path / "v.parquet"),
            split="train",
            cache_dir=str(tmp_path / "cache"),
        )
    )


def test_image_pairs_make_a_dataset_of_images(pictured):
    made = pictured.to_dataset()

    assert made.features["images"] == datasets.List(datasets.Image())
    check_vision(made)


@pytest.mark.parametrize("name", ["t.jsonl", "t.csv"])
def test_jsonl_refuses_images_and_says_what_holds_them(pictured, tmp_path, name):
    with pytest.raises(
        tb.ExportError, match=r"1 labeled pairs have some: seen\. Write a \.parquet"
    ):
        pictured.export(tmp_path / name)
    assert not (tmp_path / name).exists()


WITHOUT_MEDIA = [name for name, found in FORMATS.items() if found.media is None]


@pytest.mark.parametrize("name", WITHOUT_MEDIA)
def test_pairs_with_images_are_left_out_of_other_formats_and_named(pictured, tmp_path, name):
    report = pictured.export(tmp_path / f"k{FORMATS[name].suffixes[0]}", format=name)

    assert report.rows == FORMATS[name].rows_each
    assert report.left_out == {"with images or audio": 1}
    assert 'does not hold: seen. The format "trl" holds them' in repr(report)
    written = (tmp_path / f"k{FORMATS[name].suffixes[0]}").read_bytes()
    assert b"Which is warm" not in written


@pytest.mark.parametrize("name", ["label_studio", "argilla"])
def test_pairs_with_images_that_nobody_labeled_are_left_out_too(open_session, tmp_path, name):
    session = open_session(
        [
            {"id": "seen", "prompt": ask(shown(RED)), "response_a": "x", "response_b": "y"},
            {"id": "plain", "prompt": "Hello", "response_a": "Hi", "response_b": "Go"},
        ]
    )
    session.label("plain", "b")

    report = session.export(tmp_path / "k.json", format=name)

    assert (report.rows, report.left_out) == (1, {"with images or audio": 1})


def test_where_all_pairs_have_images_the_error_names_the_format_that_holds_them(pictured, tmp_path):
    pictured.label("plain", "skip")

    with pytest.raises(tb.ExportError, match=r'nothing to write.*The format "trl" holds them'):
        pictured.export(tmp_path / "k.parquet", format="kto")


def test_raw_keeps_the_images_names_and_says_where_they_are(pictured, tmp_path):
    report = pictured.export(tmp_path / "r.jsonl", format="raw")

    part = read_lines(tmp_path / "r.jsonl")[0]["prompt"][0]["content"][0]
    assert (pictured._store.path / "images" / part["image"]).read_bytes() == RED
    assert "keep that beside the file" in repr(report)


def test_images_in_answers_are_refused_where_the_trainer_stops_unless_allowed(
    open_session, tmp_path
):
    session = open_session(
        [{"id": "p", "prompt": "Draw", "response_a": shown(RED), "response_b": shown(BLUE)}]
    )
    session.label("p", "b")

    with pytest.raises(tb.ExportError, match=r'1 row has images in the answers.*"images"'):
        session.export(tmp_path / "v.parquet")
    assert not (tmp_path / "v.parquet").exists()
    with pytest.raises(tb.ExportError, match="images in the answers"):
        session.to_dataset()

    report = session.export(tmp_path / "v.parquet", allow=["images"])
    assert "1 row has images in the answers; TRL 1.16 stops at them" in repr(report)
    row = session.to_dataset(allow="images")[0]
    assert [(0, 0, 255), (255, 0, 0)] == [i.getpixel((0, 0)) for i in row["images"]]


# -- what exporting does not do


def test_exporting_jsonl_imports_no_extra(tmp_path):
    code = """
import sys, tiebreak as tb
session = tb.Session(sys.argv[1], [{"prompt": "p", "response_a": "x", "response_b": "y"}])
session.label(session.next().id, "a")
session.export(sys.argv[2])
print(sorted({"datasets", "pyarrow.parquet", "huggingface_hub"} & set(sys.modules)))
"""
    assert python(code, tmp_path / "s", tmp_path / "t.jsonl") == "[]\n"


def test_a_quick_export_shows_no_progress_bar(open_session, tmp_path, capfd):
    session = open_session(rows(3))
    session.label("p0", "a")
    capfd.readouterr()

    session.export(tmp_path / "t.jsonl")

    assert capfd.readouterr() == ("", "")
