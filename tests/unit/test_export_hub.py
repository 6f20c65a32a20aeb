import base64
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO

import datasets
import pandas as pd
import PIL.Image
import pyarrow.parquet as pq
import pytest
import yaml
from export_makers import label, labels_of, pair
from helpers import rows

import tiebreak as tb
from tiebreak import exports, views
from tiebreak.exports.card import Collected, Published, write_card

TOLD = Collected("Which is kinder?", "graded", "Be *fair*.\n\nTake your time.", {"safe": "no harm"})


class Hub(BaseHTTPRequestHandler):
    """The parts of the Hub's HTTP interface that an upload speaks, with files in memory."""

    def _answer(self, content, status=200):
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        self.server.asked.append(self.path)
        if "/tree/" in self.path:
            files = self.server.files.items()
            self._answer(
                [
                    {"type": "file", "path": path, "size": len(data), "oid": "0" * 40}
                    for path, data in files
                ]
            )
        else:
            siblings = [{"rfilename": path} for path in self.server.files]
            self._answer(
                {
                    "id": "me/pilot",
                    "sha": "0" * 40,
                    "siblings": siblings,
                    "private": True,
                    "tags": [],
                }
            )

    def do_POST(self):
        self.server.asked.append(self.path)
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers.get("Authorization") != "Bearer hf_right":
            self._answer({"error": "Invalid user token"}, 401)
        elif self.path == "/api/repos/create":
            self.server.created.append(json.loads(body))
            self._answer({"url": f"{self.server.address}/datasets/me/pilot"})
        elif self.path == "/api/validate-yaml":
            self.server.cards.append(json.loads(body))
            self._answer({"warnings": [], "errors": []})
        elif "/preupload/" in self.path:
            asked = json.loads(body)["files"]
            modes = {"uploadMode": "regular", "shouldIgnore": False}
            self._answer({"files": [{"path": file["path"], **modes} for file in asked]})
        elif "/commit/" in self.path:
            for line in body.splitlines():
                item = json.loads(line)
                value = item["value"]
                if item["key"] == "file":
                    self.server.files[value["path"]] = base64.b64decode(value["content"])
                elif item["key"] == "deletedFile":
                    del self.server.files[value["path"]]
            self._answer(
                {
                    "commitUrl": f"{self.server.address}/datasets/me/pilot/commit/{'0' * 40}",
                    "commitOid": "0" * 40,
                    "success": True,
                }
            )
        else:
            self._answer({"error": "not part of the stand-in"}, 404)

    def log_message(self, *_):
        pass


@pytest.fixture
def hub():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    server.address = f"http://127.0.0.1:{server.server_port}"
    server.files, server.created, server.cards, server.asked = {}, [], [], []
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def push(hub, session, **options):
    return session.push_to_hub("me/pilot", token="hf_right", endpoint=hub.address, **options)  # noqa: S106


def yaml_of(card):
    _, head, _ = card.split("---\n", 2)
    return yaml.safe_load(head)


@pytest.fixture
def session(open_session):
    session = open_session(
        rows(20), annotator="anna.smith@example.org", question="Which is kinder?"
    )
    for name in session.pairs.index:
        session.label(name, "b" if name.endswith("1") else "a")
    return session


# -- the hub


def test_a_push_makes_a_private_dataset_of_parquet_and_card(hub, session):
    report = push(hub, session)

    (made,) = hub.created
    assert (made["type"], made["name"], made["organization"]) == ("dataset", "pilot", "me")
    assert made.get("private", made.get("visibility")) in (True, "private")
    assert {"README.md", "data/train-00000-of-00001.parquet"} == set(hub.files) - {".gitattributes"}
    frame = pd.read_parquet(BytesIO(hub.files["data/train-00000-of-00001.parquet"]))
    triples = session.triples()[["prompt", "chosen", "rejected"]]
    assert triples.to_dict("records") == frame.to_dict("records")
    assert report.rows == 20


def test_the_card_can_be_read_before_and_is_the_one_that_is_published(hub, session):
    options = {"license": "cc-by-4.0", "language": ["en"], "splits": {"train": 0.8, "test": 0.2}}

    card = session.card("me/pilot", **options)

    assert hub.asked == []
    assert "anna" not in card
    push(hub, session, **options)
    assert hub.files["README.md"].decode() == card


def test_the_card_lists_the_types_of_the_columns(hub, session):
    push(hub, session, provenance=["strength"])

    told = yaml_of(hub.files["README.md"].decode())["dataset_info"]["features"]
    rows = session.to_dataset(provenance=["strength"])
    assert datasets.Features._from_yaml_list(told) == rows.features


def test_splits_are_files_and_configured(hub, session):
    push(hub, session, splits={"train": 0.8, "test": 0.2})

    card = hub.files["README.md"].decode()
    assert yaml_of(card)["configs"] == [
        {
            "config_name": "default",
            "data_files": [
                {"split": "train", "path": "data/train-*"},
                {"split": "test", "path": "data/test-*"},
            ],
        }
    ]
    sizes = [
        len(pd.read_parquet(BytesIO(hub.files[f"data/{name}-00000-of-00001.parquet"])))
        for name in ("train", "test")
    ]
    assert sizes == [16, 4]


def test_a_second_push_leaves_no_file_of_the_first(hub, session):
    push(hub, session, splits={"train": 0.8, "test": 0.2})
    hub.files["notes.txt"] = b"mine"

    push(hub, session)

    assert {"README.md", "data/train-00000-of-00001.parquet", "notes.txt"} == set(hub.files)


def test_no_annotators_name_is_published_unless_asked_for(hub, session):
    push(hub, session, provenance=["annotator"], annotators=["anna.smith@example.org"])

    published = b"".join(hub.files.values())
    assert b"anna" not in published
    assert b"annotator-1" in hub.files["README.md"]
    frame = pd.read_parquet(BytesIO(hub.files["data/train-00000-of-00001.parquet"]))
    assert {"annotator-1"} == set(frame["annotator"])

    push(hub, session, name_annotators=True)
    assert b"anna.smith@example.org" in hub.files["README.md"]


def test_a_large_split_is_several_files(hub, session, monkeypatch):
    monkeypatch.setattr(exports.hub, "BYTES_A_FILE", 500)

    report = push(hub, session)

    names = sorted(name for name in hub.files if name.startswith("data/"))
    assert len(names) > 1
    assert names == [str(path) for path in report.files[:-1]]
    prompts = [pd.read_parquet(BytesIO(hub.files[name]))["prompt"] for name in names]
    assert session.triples()["prompt"].tolist() == pd.concat(prompts).tolist()


def test_what_the_hub_refuses_is_told(hub, session):
    with pytest.raises(tb.ExportError, match=r"me/pilot was not published: .*Log in with"):
        session.push_to_hub("me/pilot", token="hf_wrong", endpoint=hub.address)  # noqa: S106
    assert not hub.files


def test_a_hub_that_is_not_there_is_told(session):
    with pytest.raises(tb.ExportError, match="me/pilot was not published"):
        session.push_to_hub("me/pilot", token="hf_x", endpoint="http://127.0.0.1:9")  # noqa: S106


def test_a_name_that_no_repository_can_have_is_told(hub, session):
    with pytest.raises(tb.ExportError, match="was not published"):
        session.push_to_hub("a/b/c", token="hf_right", endpoint=hub.address)  # noqa: S106


def test_images_are_published_as_images(hub, open_session):
    buffer = BytesIO()
    PIL.Image.new("RGB", (2, 2), "red").save(buffer, "PNG")
    image = {"type": "image", "image": buffer.getvalue()}
    asked = [{"role": "user", "content": [image, {"type": "text", "text": "What colour?"}]}]
    session = open_session([{"prompt": asked, "response_a": "red", "response_b": "blue"}])
    session.label(session.next().id, "a")

    push(hub, session)

    data = hub.files["data/train-00000-of-00001.parquet"]
    loaded = datasets.Dataset(pq.read_table(BytesIO(data)))
    assert loaded[0]["images"][0].getpixel((0, 0)) == (255, 0, 0)


# -- the card


def card_of(found, pairs, **options):
    judgments = views.judgments_frame(found, views.pairs_frame(pairs))
    published = Published(
        "pilot",
        options.pop("format", "trl"),
        {"train": 3},
        ["prompt", "chosen", "rejected"],
        judgments,
        judgments,
        ties_written=False,
        left_out={"ties": 1},
        policy="every label is a row of its own",
    )
    return write_card(published, TOLD, **options)


PAIRS = [pair(f"p{n}", b=f"a much longer answer {n}") for n in range(4)]


@pytest.fixture
def found():
    return labels_of(
        anna=[
            label("p0", "a", shown_left="a"),
            label("p1", "b", shown_left="b"),
            label("p2", "b", shown_left="a"),
            label("p3", "tie", shown_left="a"),
        ],
        judge=[label("p0", "a"), label("p1", "a"), label("p2", "skip")],
    )


def test_the_cards_head_is_what_hugging_face_reads(found):
    head = yaml_of(card_of(found, PAIRS, license="cc-by-4.0", language="en"))

    assert head == {
        "pretty_name": "pilot",
        "license": "cc-by-4.0",
        "language": ["en"],
        "size_categories": ["n<1K"],
        "task_categories": ["text-generation"],
        "tags": ["preference", "rlhf", "dpo", "trl", "human-feedback", "tiebreak"],
        "configs": [
            {
                "config_name": "default",
                "data_files": [{"split": "train", "path": "data/train-*"}],
            }
        ],
    }


def test_a_card_of_judges_alone_claims_no_human_feedback(found):
    judged = found[found["source"] == "judge"]

    assert "human-feedback" not in yaml_of(card_of(judged, PAIRS))["tags"]


def test_the_card_tells_how_labels_came_about(found):
    card = card_of(found, PAIRS)

    assert "**Which is kinder?**" in card
    assert "```markdown\nBe *fair*.\n\nTake your time.\n```" in card
    assert "- safe: no harm" in card
    assert "| anna | people | 4 |" in card
    assert "| judge | a model as judge | 3 |" in card
    assert "Of the labels, 1 say tie or both bad. Ties and both bad give no row." in card
    assert "- several annotators: every label is a row of its own\n- left out: 1 ties" in card


def test_the_card_claims_a_screen_for_no_label_that_was_not_made_on_one(found):
    on_both = card_of(found, PAIRS)
    elsewhere = card_of(found[found["source"] == "judge"], PAIRS)

    assert "4 labels were made on a screen" in on_both
    assert "3 labels were not made on such a screen" in on_both
    assert "drawn at random" not in elsewhere
    assert "people, a model as judge" in on_both


def test_the_card_says_what_each_column_holds(found):
    assert "| `chosen` | the response that was preferred |" in card_of(found, PAIRS)


@pytest.mark.parametrize("odd", ["no", "1", "0x1", "null", "é"])
def test_any_split_stays_a_string_in_the_head(found, odd):
    judgments = views.judgments_frame(found, views.pairs_frame(PAIRS))
    published = Published("n", "kto", {odd: 1}, ["label"], judgments, judgments, True, {}, "")

    files = yaml_of(write_card(published, TOLD))["configs"][0]["data_files"]
    assert files == [{"split": odd, "path": f"data/{odd}-*"}]


def test_the_card_says_that_chosen_responses_were_edited(hub, open_session):
    session = open_session(rows(2))
    session.label("p0", "a", edit="better")

    push(hub, session, edit="chosen")

    assert b"`chosen` is the improved one" in hub.files["README.md"]


def test_the_card_states_agreement_and_biases(found):
    card = card_of(found, PAIRS, measures={"Krippendorff's alpha": 0.66666})

    assert "| raw agreement of two annotators on a pair | 50.0% of 2 comparisons |" in card
    assert "| Krippendorff's alpha | 0.667 |" in card
    assert "| the response on the left was preferred | 66.7% of 3 |" in card
    assert "| the longer response was preferred | 40.0% of 5 |" in card


def test_the_card_lists_what_checks_found(found):
    assert "among the rows:\n\n- P12: long" in card_of(found, PAIRS, findings=["P12: long"])
    assert "## Checks" not in card_of(found, PAIRS)


def test_one_annotator_agrees_with_nobody(found):
    card = card_of(found[found["annotator"] == "anna"], PAIRS)

    assert "No pair was labeled by more than one annotator." in card


@pytest.mark.parametrize("odd", ['a"b', "a: b", "- x", "yes", "#1", "\u2028"])
def test_any_name_stays_a_string_in_the_head(found, odd):
    judgments = views.judgments_frame(found, views.pairs_frame(PAIRS))
    published = Published(odd, "kto", {"train": 1}, ["label"], judgments, judgments, True, {}, "")

    assert yaml_of(write_card(published, TOLD))["pretty_name"] == odd


def test_a_card_says_how_many_labels_were_made_under_older_guidelines(open_session):
    session = open_session(rows(6), guidelines="Prefer the shorter.")
    for number in range(3):
        session.label(f"p{number}", "a")
    session.change_settings(guidelines="Prefer the truer.")
    session.label("p3", "b")

    card = session.card("me/pilot")

    assert "Prefer the truer." in card
    assert "3 labels were made under an earlier version" in card


def test_a_card_tells_old_guidelines_by_the_one_that_holds(open_session):
    session = open_session(rows(4))
    session.label("p0", "a")
    session.change_settings(guidelines="Prefer the shorter one.")

    assert "1 of 1 labels were made under older guidelines" in session.card("me/pilot")
