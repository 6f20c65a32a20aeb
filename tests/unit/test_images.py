import io
import json
import os
from pathlib import Path

import datasets
import numpy as np
import pandas as pd
import pytest
from helpers import contents, read_lines, to_pairs

import tiebreak as tb
from tiebreak import files
from tiebreak.records.text import media_of
from tiebreak.store import media as images
from tiebreak.store.media import Gallery

PNG = b"\x89PNG\r\n\x1a\n" + b"one"
OTHER = b"\x89PNG\r\n\x1a\n" + b"two"
KINDS = {
    "png": PNG,
    "jpeg": b"\xff\xd8\xff\xe0 jpeg",
    "webp": b"RIFF\x0a\0\0\0WEBPVP8 ",
    "gif": b"GIF89a gif",
}
NOT_IMAGES = {
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "html": b"<!doctype html><script>alert(1)</script>",
    "svg behind a mark": b"\xef\xbb\xbf<?xml version='1.0'?><svg/>",
    "png later on": b" " + PNG,
    "bmp": b"BM\x46\0\0\0",
    "empty": b"",
}


def pair(a, b=OTHER, prompt="Draw a cat"):
    return {"prompt": prompt, "response_a": a, "response_b": b}


def part(image):
    return {"type": "image", "image": image}


def text(words):
    return {"type": "text", "text": words}


def ask(*parts):
    return [{"role": "user", "content": list(parts)}]


def stored(folder):
    return {path.name: path.read_bytes() for path in (folder / "images").iterdir()}


def name_of(response):
    [media] = media_of(response)
    return media.name


# -- what is taken


@pytest.mark.parametrize("kind", KINDS)
def test_an_image_is_stored_by_its_content_and_referred_to_by_name(open_session, kind):
    session = open_session([pair(KINDS[kind])])

    [line] = read_lines(session._store.path / "pairs.jsonl")
    name = name_of(line["a"])
    assert line["a"] == [{"role": "assistant", "content": [part(name)]}]
    assert name.endswith(f".{kind}")
    assert stored(session._store.path) == {name: KINDS[kind], name_of(line["b"]): OTHER}


def wrappings(folder):
    file = folder / "One.PNG"
    file.write_bytes(PNG)
    given = [PNG, bytearray(PNG), np.bytes_(PNG), file]
    return [
        *given,
        *map(part, given),
        *({"image": value} for value in (*given, str(file))),
        {"bytes": PNG, "path": None},
        {"bytes": None, "path": str(file)},
        {"image": {"bytes": PNG, "path": "gone.png"}},
    ]


def test_every_way_to_give_an_image_gives_the_same_pair(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # where paths as text in memory have to stay
    rows = [to_pairs([pair(given)]) for given in wrappings(tmp_path)]

    assert all(row == rows[0] for row in rows)


def test_a_prompt_may_be_an_image_and_a_message_may_have_parts():
    prompt = ask(text("What is this?"), part(PNG))
    [bare] = to_pairs([pair("a cat", "a dog", PNG)])
    [parts] = to_pairs([pair("a cat", "a dog", prompt)])

    name = name_of(bare.prompt)
    assert bare.prompt == ask(part(name))
    assert parts.prompt == ask(text("What is this?"), part(name))


@pytest.mark.parametrize("path", ["cat.png", "/tmp/cat.png", "~/cat.jpg"])  # noqa: S108
def test_a_string_stays_text_whatever_it_looks_like(path):
    assert to_pairs([pair(path)])[0].a == path


@pytest.mark.parametrize("make", [list, pd.DataFrame])
def test_images_come_in_lists_and_frames(make):
    assert to_pairs(make([pair(PNG)])) == to_pairs([pair(PNG)])


def test_parts_and_images_come_from_parquet_and_datasets(tmp_path):
    prompt = ask(text("What is this?"), part(PNG))
    rows = [pair("a cat", "a dog", prompt), pair("yes", "no", ask(part(OTHER)))]
    pd.DataFrame(rows).to_parquet(tmp_path / "parts.parquet")
    frame = pd.read_parquet(tmp_path / "parts.parquet")
    assert isinstance(frame["prompt"][0][0]["content"], np.ndarray)

    assert to_pairs(rows) == to_pairs(tmp_path / "parts.parquet")
    assert to_pairs(rows) == to_pairs(frame)
    assert to_pairs(rows) == to_pairs(datasets.Dataset.from_list(rows))

    bare = [pair({"bytes": PNG, "path": "a.png"}, {"bytes": OTHER, "path": "b.png"})]
    pd.DataFrame(bare).to_parquet(tmp_path / "bare.parquet")
    assert to_pairs([pair(PNG)]) == to_pairs(tmp_path / "bare.parquet")


def test_a_path_in_a_file_is_relative_to_that_file(tmp_path):
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "cat.png").write_bytes(PNG)
    line = pair({"image": "cat.png"}, "text")
    (folder / "pairs.jsonl").write_text(json.dumps(line))

    assert to_pairs([pair(PNG, "text")]) == to_pairs(folder / "pairs.jsonl")


def test_an_image_of_pil_goes_by_its_pixels(open_session, monkeypatch):
    pil = pytest.importorskip("PIL.Image")
    modes = ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "YCbCr", "I", "F", "I;16"]
    pictures = [pil.new(mode, (4, 3 + at)) for at, mode in enumerate(modes)]
    rows = [pair(picture, "text") for picture in pictures]
    session = open_session(rows)

    for picture, line in zip(
        pictures, read_lines(session._store.path / "pairs.jsonl"), strict=True
    ):
        file = session._store.path / "images" / name_of(line["a"])
        assert pil.open(file).size == picture.size
    monkeypatch.setattr(pil.Image, "save", None)  # known ones are not compressed again
    assert len(open_session(rows).pairs) == len(modes)


def test_images_of_pil_differ_by_size_and_by_pixels():
    pil = pytest.importorskip("PIL.Image")
    pictures = [pil.new("L", (2, 8)), pil.new("L", (8, 2)), pil.new("L", (2, 8), 9)]

    assert len({name_of(to_pairs([pair(p, "text")])[0].a) for p in pictures}) == 3


def test_a_damaged_image_of_pil_is_refused_by_row_and_column(tmp_path):
    pil = pytest.importorskip("PIL.Image")
    pil.new("RGB", (90, 90), "red").save(tmp_path / "cut.png")
    data = (tmp_path / "cut.png").read_bytes()
    (tmp_path / "cut.png").write_bytes(data[:60])

    with pil.open(tmp_path / "cut.png") as cut:
        refused(cut, "PIL cannot write as PNG .* in response_a: item 0")


# -- what is refused


def refused(image, what):
    with pytest.raises(tb.PairsError, match=what) as caught:
        to_pairs([pair(image)])
    assert caught.value.rows == [0]


@pytest.mark.parametrize("name", NOT_IMAGES)
def test_what_only_pretends_to_be_an_image_is_refused(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "innocent.png"
    file.write_bytes(NOT_IMAGES[name])

    for given in (part(NOT_IMAGES[name]), file, {"image": str(file)}, ask(part(file))):
        refused(given, "an image that is not PNG, JPEG, WebP or GIF in response_a: item 0")
    refused(NOT_IMAGES[name], "bytes of no image .* in response_a: item 0")


@pytest.mark.parametrize(
    ("given", "what"),
    [
        (Path("gone.png"), r"an image file that cannot be read \(gone.png: No such file"),
        (Path("nul\0.png"), "an image file that cannot be read"),
        (Path("~nosuchuser/x.png"), "an image or audio file that cannot be read .*home directory"),
        ({"image": "~nosuchuser/x.png"}, "an image file that cannot be read .*home directory"),
        (Path("notes.txt"), "a path that does not end in .png, .jpg, .jpeg, .webp, .gif"),
        (Path("drawing.svg"), "a path that does not end in .png"),
        ({"image": "https://example.org/cat.png"}, "an image file that cannot be read"),
        ({"image": 7}, "an image given as int"),
        ({"bytes": None, "path": None}, "an image or audio given as NoneType"),
        ({"image": "0" * 40 + ".png"}, "the name of an image that the session does not hold"),
        (ask({"type": "image"}), "a message part that is neither text, an image nor audio"),
        (
            ask({"type": "image_url", "image_url": {}}),
            "part that is neither text, an image nor audio",
        ),
        (
            ask({"type": "text", "text": PNG}),
            "a message part that is neither text, an image nor audio",
        ),
        (ask({"type": "text", "text": "\ud800"}), "half a character"),
        (ask(7), "a message part that is neither text, an image nor audio"),
        (ask(text(" ")), "empty response_a"),
        (ask(), "empty response_a"),
    ],
)
def test_what_cannot_be_taken_is_named(given, what):
    refused(given, what)


def test_an_image_over_the_limit_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(images, "LARGEST", 3_000_000)
    large = PNG + bytes(3_000_000)
    (tmp_path / "large.png").write_bytes(large)

    for given in (large, tmp_path / "large.png"):
        refused(given, "an image larger than 3 MB in response_a: item 0")


def test_a_response_and_its_copy_in_a_file_are_identical(tmp_path):
    (tmp_path / "one.png").write_bytes(PNG)
    with pytest.raises(tb.PairsError, match="identical responses"):
        to_pairs([pair(PNG, tmp_path / "one.png")])


def test_a_refused_row_leaves_no_image_behind(open_session, tmp_path):
    with pytest.raises(tb.PairsError):
        open_session([pair(PNG), pair(b"<svg/>")])

    assert not (tmp_path / "pilot").exists()


# -- what a session keeps


def test_an_image_in_many_pairs_is_stored_once(open_session):
    session = open_session([pair(PNG, f"text {n}") for n in range(5)])

    assert len(stored(session._store.path)) == 1


def test_the_same_images_resume_and_new_ones_are_added(open_session):
    first = open_session([pair(PNG)])
    first.label(first.next().id, "a")
    first.close()
    before = contents(first._store.path)

    again = open_session([pair(PNG)])
    assert contents(again._store.path) == before
    assert len(again.labels) == 1
    again.close()

    more = open_session([pair(PNG), pair(KINDS["gif"])])
    assert len(more.pairs) == 2
    assert len(stored(more._store.path)) == 3


def test_a_sessions_own_pairs_can_be_given_back_and_copied_to_another(open_session, tmp_path):
    session = open_session([pair(PNG)])
    before = contents(session._store.path)

    open_session(session.pairs)
    open_session(session._store.path / "pairs.jsonl")
    assert contents(session._store.path) == before

    copy = open_session(session._store.path / "pairs.jsonl", folder=tmp_path / "copy")
    assert stored(copy._store.path) == stored(session._store.path)
    with pytest.raises(tb.PairsError, match="that the session does not hold"):
        open_session(session.pairs, folder=tmp_path / "third")


def test_images_are_on_disk_before_a_pair_refers_to_them(open_session, monkeypatch, tmp_path):
    def fail(_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("tiebreak.store.folder.in_blocks", fail)
        with pytest.raises(tb.SessionError, match="No space left"):
            open_session([pair(PNG)])
    assert len(stored(tmp_path / "pilot")) == 2

    assert len(open_session([pair(PNG)]).pairs) == 1  # what the crash left is taken up


def test_a_folder_of_somebody_elses_images_is_not_taken_over(open_session, tmp_path):
    (tmp_path / "pilot/images").mkdir(parents=True)
    (tmp_path / "pilot/images/holiday.png").write_bytes(PNG)

    with pytest.raises(tb.SessionError, match="holds images"):
        open_session([pair(PNG)])


def test_a_file_that_changes_before_it_is_stored_is_an_error(tmp_path):
    file = tmp_path / "one.png"
    file.write_bytes(PNG)
    gallery = Gallery()
    gallery.take(file, Path())
    file.write_bytes(OTHER)

    with pytest.raises(tb.SessionError, match="changed while the pairs were read"):
        list(gallery.new())


# -- what the browser gets


@pytest.fixture
def ask_for(open_session, monkeypatch):
    """Asks a session of one pair for an image, and gives the answer and its buffers."""
    session = open_session([pair(PNG)])
    sent = []
    monkeypatch.setattr(
        session.widget, "send", lambda content, buffers=None: sent.append((content, buffers))
    )

    def ask_it(name):
        sent.clear()
        session.widget.receive({"type": "media", "name": name})
        [answer] = sent
        return answer

    ask_it.folder = session._store.path
    return ask_it


def test_an_image_is_sent_on_demand_as_bytes(ask_for):
    for name, data in stored(ask_for.folder).items():
        assert ask_for(name) == ({"type": "media", "name": name}, [data])


@pytest.mark.parametrize(
    "name",
    ["../session.json", "../pairs.jsonl", "/etc/passwd", "", "0" * 40 + ".png", "..", "x\0.png"],
)
def test_a_name_that_no_pair_has_is_refused(ask_for, name):
    (ask_for.folder / "images" / ("0" * 40 + ".png")).write_bytes(b"not of a pair")

    answer, buffers = ask_for(name)

    assert "No pair of this session has a file" in answer["reason"]
    assert not buffers


@pytest.mark.parametrize("name", [7, None, ["x"], "x" * 65])
def test_a_name_of_another_type_is_refused(ask_for, name):
    assert ask_for(name)[0]["type"] == "refused"


def test_images_of_added_pairs_are_found_and_a_lost_file_is_said(ask_for, open_session):
    open_session([pair(KINDS["gif"])])
    [added] = to_pairs([pair(KINDS["gif"])])
    name = name_of(added.a)

    assert ask_for(name)[1] == [KINDS["gif"]]
    (ask_for.folder / "images" / name).unlink()
    assert "cannot be read: No such file" in ask_for(name)[0]["reason"]


# -- what goes out


@pytest.fixture
def one_picture(open_session):
    rows = [pair(PNG) | {"id": "cat"}, pair("x", "y") | {"id": "text"}]
    session = open_session(rows)
    session.label("text", "a")
    session.label("cat", "b")
    return session


def test_a_file_that_holds_no_images_is_refused_where_another_of_the_format_does(
    one_picture, tmp_path
):
    with pytest.raises(tb.ExportError, match="1 labeled pairs have some: cat"):
        one_picture.export(tmp_path / "new.jsonl", format="trl")
    assert not (tmp_path / "new.jsonl").exists()
    assert len(one_picture.triples()) == 2


def test_a_format_that_holds_no_images_leaves_the_pairs_out_and_names_them(one_picture, tmp_path):
    report = one_picture.export(tmp_path / "new.jsonl", format="kto")

    assert report.rows == 2  # of the text, a row for each response
    assert "hold: cat" in str(report)


# -- paths that a dataset names


OUTSIDE = "a path as text that leads out of .* give it as a pathlib.Path"


@pytest.fixture
def dataset(tmp_path):
    """A folder with a dataset, in one with a picture of the user's."""
    (tmp_path / "mine.png").write_bytes(PNG)
    (tmp_path / "data").mkdir()
    return tmp_path / "data"


def give_line(dataset, path):
    file = dataset / "pairs.jsonl"
    file.write_text(json.dumps(pair({"image": path}, "text")))
    return file


@pytest.mark.parametrize("path", ["../mine.png", "{folder}/mine.png", "link.png", "there/mine.png"])
def test_a_path_in_a_file_does_not_leave_the_folder_of_that_file(dataset, path):
    (dataset / "link.png").symlink_to(dataset.parent / "mine.png")
    (dataset / "there").symlink_to(dataset.parent)

    with pytest.raises(tb.PairsError, match=OUTSIDE):
        to_pairs(give_line(dataset, path.format(folder=dataset.parent)))


def test_an_image_named_as_in_a_session_does_not_leave_the_folder_either(dataset):
    name = name_of(to_pairs([pair(PNG)])[0].a)
    elsewhere = dataset.parent / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / name).write_bytes(PNG)
    (dataset / "images").symlink_to(elsewhere)

    with pytest.raises(tb.PairsError, match=OUTSIDE):
        to_pairs(give_line(dataset, name))


def test_a_path_may_lead_through_links_that_end_inside(dataset):
    (dataset / "real").mkdir()
    (dataset / "real" / "cat.png").write_bytes(PNG)
    (dataset / "link.png").symlink_to(dataset / "real" / "cat.png")
    (dataset.parent / "alias").symlink_to(dataset)

    give_line(dataset, "link.png")

    assert to_pairs(dataset.parent / "alias" / "pairs.jsonl") == to_pairs([pair(PNG, "text")])
    with (dataset / "pairs.jsonl").open("rb") as file:
        assert to_pairs(file) == to_pairs([pair(PNG, "text")])


@pytest.mark.parametrize("make", [list, pd.DataFrame])
def test_a_path_as_text_in_memory_stays_in_the_working_folder_and_an_object_goes_anywhere(
    make, dataset, monkeypatch
):
    monkeypatch.chdir(dataset)
    mine = dataset.parent / "mine.png"

    with pytest.raises(tb.PairsError, match=OUTSIDE):
        to_pairs(make([pair({"image": "../mine.png"}, "text")]))
    with pytest.raises(tb.PairsError, match=OUTSIDE):
        to_pairs(make([pair({"bytes": None, "path": str(mine)}, "text")]))
    assert to_pairs(make([pair({"image": mine}, "text")])) == to_pairs([pair(PNG, "text")])


@pytest.mark.parametrize("kind", ["pipe", "device"])
def test_an_image_that_is_a_pipe_or_a_device_is_refused_unread(dataset, kind):
    if kind == "pipe":
        os.mkfifo(dataset / "x.png")
    else:
        (dataset / "x.png").symlink_to("/dev/zero")
    what = r"leads out of" if kind == "device" else f"it is a {kind}, not a file"

    with pytest.raises(tb.PairsError, match=what):
        to_pairs(give_line(dataset, "x.png"))
    with pytest.raises(tb.PairsError, match=f"it is a {kind}, not a file"):
        to_pairs([pair(dataset / "x.png")])


def test_of_a_file_no_more_is_read_than_may_be_whatever_its_size_says(tmp_path, monkeypatch):
    asked = []

    class Watched(io.BytesIO):
        def read(self, size=-1):
            asked.append(size)
            return super().read(size)

    monkeypatch.setattr(files, "open_regular", lambda path: Watched(path.read_bytes()))
    (tmp_path / "large.png").write_bytes(PNG + bytes(5_000))

    with pytest.raises(OSError, match="it is larger than"):
        files.read_file(tmp_path / "large.png", 1_000)
    assert asked == [1_001]


def test_prompts_of_an_image_and_an_empty_text_can_be_split(open_session, tmp_path):
    prompts = [ask(text(""), part(PNG + bytes([n]))) for n in range(8)]
    session = open_session([pair("a cat", "a dog", prompt) for prompt in prompts])

    report = session.export(tmp_path / "out.jsonl", "raw", splits={"train": 0.5, "test": 0.5})

    assert sum(report.splits.values()) == 8
