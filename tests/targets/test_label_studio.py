"""Labels to a real Label Studio server, where a team goes on, and back into their session."""

import json

import pytest
from label_studio_server import LabelStudio
from sample_sessions import SESSIONS, label_in_many_ways

import tiebreak as tb

pytestmark = pytest.mark.targets

KEPT = ["pair", "annotator", "source", "preference", "strength", "note"]


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    started = LabelStudio(tmp_path_factory.mktemp("label_studio"))
    yield started
    started.close()


@pytest.fixture(params=["texts", "chats", "calls"])
def session(request, tmp_path):
    """Two people who part on some pairs, and whatever else they said of them."""
    name = request.param
    pairs = [
        {**pair, "model_a": "one", "model_b": "other"} if name == "texts" else pair
        for pair in SESSIONS[name]
    ]
    folder = tmp_path / "session"
    with tb.Session(folder, pairs, annotator="ada", scale="graded", flags=True) as one:
        label_in_many_ways(one, pairs, "Note {0},\n“{0}”.")
    with tb.Session(folder, annotator="Bob, jr.") as other:
        for number, pair in enumerate(pairs[:4]):
            other.label(pair["id"], "baab"[number], seconds=2.5)
    return folder


def open_project(server, session, folder):
    """Make a project of our configuration and import our tasks."""
    with tb.Session(session, annotator="ada") as opened:
        report = opened.export(folder / "tasks.json", "label_studio")
    config = (folder / "tasks.xml").read_text()
    project = server.ask(
        "POST", "/api/projects/", {"title": "Which is better?", "label_config": config}
    )["id"]
    tasks = json.loads((folder / "tasks.json").read_text())
    taken = server.ask("POST", f"/api/projects/{project}/import?commit_to_project=true", tasks)
    assert taken["task_count"] == report.rows == len(tasks)
    assert taken["annotation_count"] == sum(len(task["annotations"]) for task in tasks)
    return project, tasks


def export(server, project, kind, folder):
    """Export a project as a team does, the tasks that nobody annotated too."""
    suffix = {"CSV": "csv", "TSV": "tsv"}.get(kind, "json")
    path = folder / f"{kind}.{suffix}"
    given = server.ask(
        "GET", f"/api/projects/{project}/export?exportType={kind}&download_all_tasks=true"
    )
    path.write_text(given if isinstance(given, str) else json.dumps(given), encoding="utf-8")
    return path


def labels_of(frame):
    rows = frame[KEPT].astype(object).where(frame[KEPT].notna(), None)
    return sorted(map(tuple, rows.values.tolist()), key=repr)


@pytest.mark.parametrize("kind", ["JSON", "JSON_MIN", "CSV", "TSV"])
def test_labels_come_back_from_the_server_and_stay_whose_they_were(server, session, tmp_path, kind):
    project, _ = open_project(server, session, tmp_path)
    with tb.Session(session, annotator="ada") as opened:
        before = opened.labels
        pairs = opened.pairs

    back = tb.read_pairs(export(server, project, kind, tmp_path))

    written = before[before["preference"] != "skip"]
    assert labels_of(back.labels) == labels_of(written)
    with tb.Session(session, back, annotator="ada") as opened:
        assert opened.labels.equals(before)
        assert opened.pairs.equals(pairs)


@pytest.mark.parametrize("kind", ["JSON", "JSON_MIN"])
def test_labels_made_on_the_server_come_into_the_session(server, session, tmp_path, kind):
    project, tasks = open_project(server, session, tmp_path)
    made = server.ask("GET", f"/api/tasks/?project={project}&fields=all")["tasks"]
    by_pair = {task["data"]["pair"]: task["id"] for task in made}
    assert sorted(by_pair) == sorted(task["data"]["pair"] for task in tasks)
    name = f"bea-{project}"
    user = server.ask("POST", "/api/users/", {"email": f"{name}@example.com", "username": name})
    first, *_, last = by_pair
    for pair, said in ((first, "right"), (last, "left")):
        side = {"from_name": "comparison", "to_name": "answer1,answer2", "type": "pairwise"}
        strength = {"from_name": "strength", "to_name": "prompt", "type": "rating"}
        result = [
            {**side, "value": {"selected": said}},
            {**strength, "value": {"rating": 3}},
        ]
        annotation = {"result": result, "lead_time": 4.5, "completed_by": user["id"]}
        server.ask("POST", f"/api/tasks/{by_pair[pair]}/annotations/", annotation)
    with tb.Session(session, annotator="ada") as opened:
        before = opened.labels

    back = tb.read_pairs(export(server, project, kind, tmp_path))
    with tb.Session(session, back, annotator="ada") as opened:
        after = opened.labels

    is_new = after["annotator"] == str(user["id"])
    assert labels_of(after[~is_new]) == labels_of(before)
    assert labels_of(after[is_new]) == labels_of_new(str(user["id"]), {first: "b", last: "a"})


def labels_of_new(annotator, said):
    rows = ((pair, annotator, "human", preference, 3, None) for pair, preference in said.items())
    return sorted(rows, key=repr)
