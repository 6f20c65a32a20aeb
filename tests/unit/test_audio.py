"""Audio as prompts and responses: taken, stored, sent to the browser, exported and read back."""

import base64
import io
import json
import wave
from pathlib import Path

import datasets
import numpy as np
import pandas as pd
import pytest
from helpers import contents, read_lines, to_pairs

import tiebreak as tb
from tiebreak.records.text import media_of
from tiebreak.store import media


def wav(*samples, rate=8_000, channels=1):
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(np.array(samples, "<i2").tobytes())
    return buffer.getvalue()


WAV = wav(1, 2, 3)
OTHER = wav(4, 5, 6)
PNG = b"\x89PNG\r\n\x1a\n" + b"one"
KINDS = {
    "wav": WAV,
    "mp3": b"ID3\x04\0\0\0\0\0\0 tagged",
    "ogg": b"OggS\0\x02 opus or vorbis",
    "flac": b"fLaC\0\0\0\x22",
    "webm": b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm",
}
FRAMES = [b"\xff\xfb\x90\x64 mp3", b"\xff\xf3\x40\xc0 mp3", b"\xff\xe3\x18\xc4 mp3"]
NOT_AUDIO = {
    "avi": b"RIFF\x0a\0\0\0AVI LIST",
    "matroska": b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x88matroska",
    "aac": b"\xff\xf1\x50\x80",
    "mp4": b"\0\0\0\x20ftypM4A ",
    "html": b"<!doctype html><script>alert(1)</script>",
    "wav later on": b" " + WAV,
    "empty": b"",
}


def pair(a, b=OTHER, prompt="Say hello"):
    return {"prompt": prompt, "response_a": a, "response_b": b}


def part(audio):
    return {"type": "audio", "audio": audio}


def text(words):
    return {"type": "text", "text": words}


def say(role, *parts):
    return [{"role": role, "content": list(parts)}]


def stored(folder):
    return {path.name: path.read_bytes() for path in (folder / "audio").iterdir()}


def name_of(response):
    [found] = media_of(response)
    assert found.kind == "audio"
    return found.name


B64 = base64.b64encode(WAV).decode()
URL = f"data:audio/wav;base64,{B64}"
PARTS = {
    "its bytes": part(WAV),
    "the bytes alone": WAV,
    "a struct of Parquet": {**part({"bytes": WAV, "path": None}), "text": None},
    "OpenAI's": {"type": "input_audio", "input_audio": {"data": B64, "format": "wav"}},
    "an address that holds it": {"type": "audio_url", "audio_url": {"url": URL}},
    "a source": {
        "type": "audio",
        "source": {"type": "base64", "media_type": "audio/wav", "data": B64},
    },
}


def answered(said):
    return say("assistant", text(said))


LAYOUTS = {
    "own": lambda asked: {"prompt": asked, "a": answered("x"), "b": answered("y")},
    "trl": lambda asked: {"prompt": asked, "chosen": answered("x"), "rejected": answered("y")},
    "implicit": lambda asked: {
        "chosen": asked + answered("x"),
        "rejected": asked + answered("y"),
    },
    "openai": lambda asked: {
        "input": {"messages": asked},
        "preferred_output": answered("x"),
        "non_preferred_output": answered("y"),
    },
    "sharegpt": lambda asked: {
        "conversations": asked,
        "chosen": answered("x")[0],
        "rejected": answered("y")[0],
    },
    "nemo": lambda asked: {
        "context": asked,
        "completions": [
            {"rank": 0, "completion": answered("x")},
            {"rank": 1, "completion": answered("y")},
        ],
    },
}


# -- what is taken


@pytest.mark.parametrize("kind", KINDS)
def test_audio_is_stored_by_its_content_and_referred_to_by_name(open_session, kind):
    session = open_session([pair(KINDS[kind], "Hello!")])

    [line] = read_lines(session._store.path / "pairs.jsonl")
    name = name_of(line["a"])
    assert line["a"] == say("assistant", part(name))
    assert name.endswith(f".{kind}")
    assert stored(session._store.path) == {name: KINDS[kind]}


@pytest.mark.parametrize("frame", FRAMES)
def test_an_mp3_without_a_tag_is_told_by_its_first_frame(frame):
    assert name_of(to_pairs([pair(frame)])[0].a).endswith(".mp3")


def wrappings(folder):
    file = folder / "One.WAV"
    file.write_bytes(WAV)
    given = [WAV, bytearray(WAV), np.bytes_(WAV), file]
    data = base64.b64encode(WAV).decode()
    return [
        *given,
        *map(part, given),
        *({"audio": value} for value in (*given, str(file))),
        {"bytes": WAV, "path": None},
        {"bytes": None, "path": str(file)},
        {"audio": {"bytes": WAV, "path": "gone.wav"}},
        {"type": "input_audio", "input_audio": {"data": data, "format": "wav"}},
        {"array": np.array([1, 2, 3], "<i2"), "sampling_rate": 8_000},
        {"array": np.array([1, 2, 3]) / 32_767, "sampling_rate": 8_000, "path": None},
        {"audio": {"array": [[1, 2, 3]], "sampling_rate": np.int64(8_000)}},
        say("assistant", part(WAV)),
        say("assistant", {"type": "input_audio", "input_audio": {"data": data, "format": "wav"}}),
    ]


def test_every_way_to_give_audio_gives_the_same_pair(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # where paths as text in memory have to stay
    rows = [to_pairs([pair(given)]) for given in wrappings(tmp_path)]

    assert all(row == rows[0] for row in rows)


@pytest.mark.parametrize("given", PARTS.values(), ids=PARTS)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_message_may_have_a_part_of_audio_in_whatever_layout_it_stands(layout, given):
    [found] = to_pairs([LAYOUTS[layout](say("user", text("What is said?"), given))])

    assert found.prompt[0]["content"][1] == part(name_of(found.prompt))


@pytest.mark.parametrize("kind", ["bytes", "path", "struct"])
@pytest.mark.parametrize("beside", [{"system": "Be kind."}, {"history": [["Hi", "Ho"]]}])
def test_a_whole_prompt_of_audio_stands_behind_what_comes_before_it(tmp_path, kind, beside):
    path = tmp_path / "said.wav"
    path.write_bytes(WAV)
    given = {"bytes": WAV, "path": path, "struct": {"bytes": WAV, "path": None}}[kind]

    [found] = to_pairs([{**pair("x", "y", prompt=given), **beside}])

    assert found.prompt[-1] == {"role": "user", "content": [part(name_of(found.prompt))]}


def test_a_column_names_audio_by_any_ending_that_it_may_have(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "said.opus").write_bytes(KINDS["ogg"])

    [found] = to_pairs([{**pair("x", "y"), "audios": ["said.opus"]}])

    assert name_of(found.prompt).endswith(".ogg")


def test_samples_of_two_channels_come_as_rows_or_columns(open_session):
    rows = np.array([[0, 0.5, 2, -2], [1, 1, 1, 1]])
    session = open_session([pair({"array": rows, "sampling_rate": 16_000}, "Hello!")])

    [data] = stored(session._store.path).values()
    with wave.open(io.BytesIO(data)) as file:
        assert (file.getnchannels(), file.getframerate()) == (2, 16_000)
        samples = np.frombuffer(file.readframes(9), "<i2").reshape(-1, 2)
    assert samples[:, 0].tolist() == [0, 16_384, 32_767, -32_767]
    turned = {"array": rows.T, "sampling_rate": 16_000}
    assert name_of(to_pairs([pair(turned)])[0].a) in stored(session._store.path)


def test_a_prompt_may_be_audio_and_a_message_may_have_images_and_audio():
    asked = say("user", text("What is this?"), part(WAV), {"type": "image", "image": PNG})
    [bare] = to_pairs([pair("a bell", "a drum", WAV)])
    [parts] = to_pairs([pair("a bell", "a drum", asked)])

    assert bare.prompt == say("user", part(name_of(bare.prompt)))
    assert [found.kind for found in media_of(parts.prompt)] == ["audio", "image"]


def test_audio_comes_from_parquet_and_datasets_without_decoding(tmp_path):
    rows = [pair({"bytes": WAV, "path": "a.wav"}, {"bytes": OTHER, "path": "b.wav"})]
    pd.DataFrame(rows).to_parquet(tmp_path / "bare.parquet")
    assert to_pairs([pair(WAV)]) == to_pairs(tmp_path / "bare.parquet")

    dataset = datasets.Dataset.from_list(rows)
    for column in ("response_a", "response_b"):
        dataset = dataset.cast_column(column, datasets.Audio())
    assert to_pairs([pair(WAV)]) == to_pairs(dataset)
    assert dataset.features["response_a"] == datasets.Audio()


def test_a_path_in_a_file_is_relative_to_that_file(tmp_path):
    (tmp_path / "hello.wav").write_bytes(WAV)
    (tmp_path / "pairs.jsonl").write_text(json.dumps(pair({"audio": "hello.wav"}, "text")))

    assert to_pairs([pair(WAV, "text")]) == to_pairs(tmp_path / "pairs.jsonl")


# -- what is refused


def refused(given, what):
    with pytest.raises(tb.PairsError, match=what) as caught:
        to_pairs([pair(given)])
    assert caught.value.rows == [0]


@pytest.mark.parametrize("name", NOT_AUDIO)
def test_what_only_pretends_to_be_audio_is_refused(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "innocent.wav"
    file.write_bytes(NOT_AUDIO[name])

    for given in (part(NOT_AUDIO[name]), file, {"audio": str(file)}, say("user", part(file))):
        refused(given, "audio that is not WAV, MP3, OGG, FLAC or WebM in response_a: item 0")
    refused(NOT_AUDIO[name], "bytes of no image .* and no audio .* in response_a: item 0")


@pytest.mark.parametrize(
    ("given", "what"),
    [
        (Path("gone.wav"), r"audio file that cannot be read \(gone.wav: No such file"),
        (Path("notes.txt"), "a path that does not end in .png.*, .wav, .mp3"),
        ({"audio": Path("cat.png")}, "a path that does not end in .wav, .mp3"),
        ({"audio": "https://example.org/a.wav"}, "audio file that cannot be read"),
        ({"audio": 7}, "audio given as int"),
        ({"audio": PNG}, "audio that is not WAV"),
        ({"image": WAV}, "an image that is not PNG"),
        ({"audio": "0" * 40 + ".wav"}, "the name of audio that the session does not hold"),
        ({"audio": "0" * 40 + ".png"}, "a path that does not end in .wav"),
        ({"array": [], "sampling_rate": 8_000}, "audio whose samples are no numbers"),
        ({"array": ["x"], "sampling_rate": 8_000}, "audio whose samples are no numbers"),
        ({"array": [[1.0], [1.0, 2.0]], "sampling_rate": 8_000}, "audio whose samples are"),
        ({"array": [float("nan")], "sampling_rate": 8_000}, "samples are not all finite"),
        ({"array": [40_000], "sampling_rate": 8_000}, "whole numbers of more than 16 bits"),
        ({"array": [0.5], "sampling_rate": 0}, "audio whose sampling rate is 0"),
        ({"array": [0.5], "sampling_rate": True}, "audio whose sampling rate is True"),
        ({"array": np.zeros((9, 9)), "sampling_rate": 8_000}, "audio of 9 channels"),
        ({"type": "input_audio", "input_audio": {"data": "%%"}}, "whose data is not base64"),
        ({"type": "input_audio", "input_audio": None}, "whose data is not base64"),
        (say("user", {"type": "audio"}), "part that is neither text, an image nor audio"),
        (say("user", {"type": "video", "video": WAV}), "neither text, an image nor audio"),
        (say("user", {"type": "image", "audio": WAV}), "neither text, an image nor audio"),
    ],
)
def test_what_cannot_be_taken_is_named(given, what):
    refused(given, what)


def test_audio_over_the_limit_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(media, "LARGEST", 3_000_000)
    large = WAV + bytes(3_000_000)
    (tmp_path / "large.wav").write_bytes(large)

    for given in (large, tmp_path / "large.wav"):
        refused(given, "audio larger than 3 MB in response_a: item 0")


# -- what a session keeps


def test_the_same_audio_resumes_and_new_is_added(open_session):
    first = open_session([pair(WAV)])
    first.label(first.next().id, "a")
    first.close()
    before = contents(first._store.path)

    again = open_session([pair(WAV)])
    assert contents(again._store.path) == before
    again.close()

    more = open_session([pair(WAV), pair(KINDS["ogg"])])
    assert len(stored(more._store.path)) == 3


def test_a_sessions_own_pairs_can_be_copied_to_another(open_session, tmp_path):
    session = open_session([pair(WAV, PNG)])

    copy = open_session(session._store.path / "pairs.jsonl", folder=tmp_path / "copy")

    assert stored(copy._store.path) == stored(session._store.path)
    assert len(list((copy._store.path / "images").iterdir())) == 1


def test_a_session_takes_a_version_that_knows_audio_once_it_has_some(open_session):
    def version(session):
        return json.loads((session._store.path / "session.json").read_text())["version"]

    session = open_session([pair("a", "b"), pair(PNG, "b")])
    assert version(session) == 1
    session.close()
    more = open_session([pair("a", "b", WAV)])
    assert version(more) == 3


def test_a_part_of_an_unknown_kind_is_refused_by_its_line_when_a_session_is_opened(open_session):
    session = open_session([pair("a", "b"), pair(WAV, "b")])
    session.close()
    file = session._store.path / "pairs.jsonl"
    stored_before = file.read_text().replace('"audio"', '"video"')
    file.write_text(stored_before)

    with pytest.raises(tb.SessionError, match=r"line 2.*a part of the type 'video'"):
        open_session()
    assert file.read_text() == stored_before


def test_a_crash_before_a_session_is_made_leaves_audio_that_is_taken_up(
    open_session, monkeypatch, tmp_path
):
    def fail(_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("tiebreak.store.folder.in_blocks", fail)
        with pytest.raises(tb.SessionError, match="No space left"):
            open_session([pair(WAV)])
    assert len(stored(tmp_path / "pilot")) == 2

    assert len(open_session([pair(WAV)]).pairs) == 1


def test_a_folder_of_somebody_elses_audio_is_not_taken_over(open_session, tmp_path):
    (tmp_path / "pilot/audio").mkdir(parents=True)
    (tmp_path / "pilot/audio/song.wav").write_bytes(WAV)

    with pytest.raises(tb.SessionError, match="holds audio"):
        open_session([pair(WAV)])


# -- what the browser gets


def test_audio_is_sent_on_demand_as_bytes_and_nothing_else_of_the_folder(open_session, monkeypatch):
    session = open_session([pair(WAV)])
    sent = []
    monkeypatch.setattr(
        session.widget, "send", lambda content, buffers=None: sent.append((content, buffers))
    )
    foreign = "0" * 40 + ".wav"
    (session._store.path / "audio" / foreign).write_bytes(WAV)

    for name, data in stored(session._store.path).items():
        session.widget.receive({"type": "media", "name": name})
        answer, buffers = sent.pop()
        if name == foreign:
            assert "No pair of this session has" in answer["reason"]
            assert not buffers
        else:
            assert (answer, buffers) == ({"type": "media", "name": name}, [data])


# -- what goes out, and comes back


@pytest.fixture
def spoken(open_session):
    session = open_session(
        [
            {
                "id": "spoken",
                "prompt": say("user", part(WAV), text("Say it again"), part(OTHER)),
                "response_a": WAV,
                "response_b": OTHER,
            },
            {"id": "plain", "prompt": "Hello", "response_a": "Hi", "response_b": "Go"},
        ],
        order="given",
    )
    session.label("spoken", "a")
    session.label("plain", "b")
    return session


def without_decoding(dataset):
    return dataset.cast_column("audios", datasets.List(datasets.Audio(decode=False)))


def check_rows(rows):
    spoken, plain = rows
    block, words = {"type": "audio", "text": None}, {"type": "text", "text": "Say it again"}
    assert spoken["prompt"] == say("user", block, words, block)
    assert spoken["chosen"] == spoken["rejected"] == say("assistant", block)
    assert [audio["bytes"] for audio in spoken["audios"]] == [WAV, OTHER, WAV, OTHER]
    assert plain["audios"] == []
    assert plain["chosen"] == say("assistant", text("Go"))


def test_audio_pairs_make_rows_with_a_column_of_audio_in_parquet(spoken, tmp_path):
    report = spoken.export(tmp_path / "v.parquet")

    loaded = datasets.load_dataset(
        "parquet",
        data_files=str(tmp_path / "v.parquet"),
        split="train",
        cache_dir=str(tmp_path / "cache"),
    )
    assert loaded.features["audios"] == datasets.List(datasets.Audio())
    check_rows(without_decoding(loaded))
    assert "1 row has audio, in the column 'audios'" in repr(report)


def test_audio_pairs_make_a_dataset_of_audio(spoken):
    made = spoken.to_dataset()

    assert made.features["audios"] == datasets.List(datasets.Audio())
    check_rows(without_decoding(made))


def test_a_reserved_name_of_audio_is_not_written_beside(open_session, tmp_path):
    session = open_session([pair(WAV) | {"audios": "two"}])
    session.label(session.next().id, "a")

    with pytest.raises(tb.ExportError, match="Trainers read a column named 'audios'"):
        session.export(tmp_path / "v.parquet", provenance=["audios"])


@pytest.mark.parametrize("name", ["t.jsonl", "t.csv"])
def test_jsonl_refuses_audio_and_says_what_holds_it(spoken, tmp_path, name):
    with pytest.raises(
        tb.ExportError, match=r"cannot hold audio, and 1 labeled pairs have some: spoken\. Write a"
    ):
        spoken.export(tmp_path / name)
    assert not (tmp_path / name).exists()


@pytest.mark.parametrize(
    ("format", "ending"),
    [
        ("kto", "parquet"),
        ("openrlhf", "parquet"),
        ("nemo_rl", "jsonl"),
        ("argilla", "json"),
        ("label_studio", "json"),
    ],
)
def test_other_formats_leave_audio_out_and_name_the_pair_and_the_one_that_holds_it(
    spoken, tmp_path, format, ending
):
    report = spoken.export(tmp_path / f"k.{ending}", format=format)

    assert "1 with images or audio" in str(report)
    assert 'hold: spoken. The format "trl" holds them' in str(report)
    spoken.undo()
    with pytest.raises(tb.ExportError, match=r'nothing to write.*The format "trl" holds them'):
        spoken.export(tmp_path / f"n.{ending}", format=format)
    assert not (tmp_path / f"n.{ending}").exists()


@pytest.mark.parametrize(
    ("format", "ending"),
    [
        ("openai", "jsonl"),
        ("axolotl", "jsonl"),
        ("llama_factory", "json"),
        ("torchtune", "jsonl"),
        ("verl", "parquet"),
    ],
)
def test_formats_of_text_alone_leave_audio_out_by_name(spoken, tmp_path, format, ending):
    report = spoken.export(tmp_path / f"k.{ending}", format=format)

    assert report.rows == 1
    assert any("left out" in note and "spoken" in note for note in report.notes)


def test_images_and_audio_stand_in_columns_of_their_own_and_come_back(open_session, tmp_path):
    image = {"type": "image", "image": PNG}
    rows = [
        pair(say("assistant", text("So:"), part(WAV)), prompt=say("user", image, part(OTHER))),
        pair("a", "b", prompt=say("user", image)),
        pair("x", "y", prompt="z"),
    ]
    session = open_session(rows)
    for one in session.pairs.index:
        session.label(one, "a")
    session.export(tmp_path / "v.parquet")

    reading = tb.read_pairs(tmp_path / "v.parquet")
    assert len(list((session._store.path / "images").iterdir())) == 1

    back = open_session(reading, folder=tmp_path / "back")
    media_before = {**stored(session._store.path), **contents(session._store.path / "images")}
    assert {**stored(back._store.path), **contents(back._store.path / "images")} == media_before
    words = back.pairs.set_index("id") if "id" in back.pairs else back.pairs
    assert sorted(map(str, words["prompt"])) == sorted(map(str, in_messages(session.pairs)))
    assert "audios" not in back.pairs.columns


def in_messages(pairs):
    return [
        say("user", text(prompt)) if isinstance(prompt, str) else prompt
        for prompt in pairs["prompt"]
    ]


def test_raw_keeps_the_names_and_comes_back_whole(spoken, open_session, tmp_path):
    report = spoken.export(spoken._store.path / "r.jsonl", format="raw")

    assert "the files of audio are in the session's folder audio/" in repr(report)
    reading = tb.read_pairs(spoken._store.path / "r.jsonl")
    back = open_session(reading, folder=tmp_path / "back", annotator="another")
    pd.testing.assert_frame_equal(back.pairs, spoken.pairs)
    assert stored(back._store.path) == stored(spoken._store.path)


def test_a_column_of_audio_with_too_few_files_is_refused_by_row():
    row = {
        "prompt": say("user", {"type": "audio"}, {"type": "audio"}),
        "chosen": say("assistant", text("a")),
        "rejected": say("assistant", text("b")),
        "audios": [{"bytes": WAV, "path": None}],
    }
    with pytest.raises(tb.PairsError, match="1 in audios where the messages have a place for 2"):
        tb.read_pairs([row])


# -- what checks say


def test_checks_take_audio_for_something_said():
    row = {
        "prompt": say("user", part("x.wav")),
        "chosen": say("assistant", part("y.wav")),
        "rejected": say("assistant", part("z.wav")),
    }
    found = {finding.rule for finding in tb.check([row])}

    assert not found & {"P02", "P01", "P18"}


def test_a_session_of_audio_asked_for_in_text_is_as_it_should_be(open_session):
    session = open_session([pair(WAV)])
    session.label(session.next().id, "a")

    assert [finding.rule for finding in tb.check(session) if finding.severity == "error"] == []


@pytest.mark.parametrize("read", [Path, pd.read_parquet])
def test_checks_tell_rows_apart_by_the_audio_beside_them(open_session, tmp_path, read):
    session = open_session([pair(WAV), pair(KINDS["ogg"]), pair(PNG, KINDS["flac"])])
    for one in session.pairs.index:
        session.label(one, "a")
    session.export(tmp_path / "v.parquet", allow=["images"])

    found = {finding.rule for finding in tb.check(read(tmp_path / "v.parquet"))}

    assert not found & {"P01", "P09"}
    rows = pd.read_parquet(tmp_path / "v.parquet")
    twice = {finding.rule for finding in tb.check(pd.concat([rows, rows], ignore_index=True))}
    assert "P09" in twice


@pytest.mark.parametrize("options", [{"implicit_prompt": True}, {"edit": "reference"}])
def test_a_column_of_audio_fits_wherever_its_blocks_stand(open_session, tmp_path, options):
    session = open_session([pair(say("assistant", part(WAV)), prompt=say("user", part(OTHER)))])
    session.label(session.next().id, "a", edit="better")
    session.export(tmp_path / "v.parquet", **options)

    assert "P18" not in {finding.rule for finding in tb.check(tmp_path / "v.parquet")}


@pytest.mark.parametrize(("files", "reserved"), [(1, False), (2, True)])
def test_a_column_of_audio_is_one_file_a_block_or_a_reserved_name(files, reserved):
    row = {
        "prompt": say("user", {"type": "audio", "text": None}),
        "chosen": say("assistant", text("a")),
        "rejected": say("assistant", text("b")),
        "audios": [{"bytes": WAV, "path": "a.wav"}] * files,
    }

    assert ("P18" in {finding.rule for finding in tb.check([row])}) is reserved
