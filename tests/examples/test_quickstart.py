from pathlib import Path

import nbformat
from nbclient import NotebookClient

QUICKSTART = Path(__file__).parents[2] / "examples/quickstart.ipynb"

# What a reader does at the keyboard between the first cell and the rest.
READER = """
for preference in ["a", "b", "tie", "both_bad", "skip", "a"]:
    session.label(session.next().id, preference)
"""


def test_the_quickstart_notebook_runs_from_top_to_bottom(tmp_path):
    notebook = nbformat.read(QUICKSTART, as_version=4)
    first_code = next(i for i, cell in enumerate(notebook.cells) if cell.cell_type == "code")
    notebook.cells.insert(first_code + 1, nbformat.v4.new_code_cell(READER))

    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": tmp_path}}).execute()

    outputs = "".join(str(cell.get("outputs", "")) for cell in notebook.cells)
    assert "{'tie': 1, 'both_bad': 1, 'skip': 1}" in outputs
    assert "train.jsonl: 3 rows, format trl" in outputs
    assert "num_rows: 3" in outputs


def test_the_quickstart_notebook_is_kept_without_outputs():
    notebook = nbformat.read(QUICKSTART, as_version=4)

    assert all(not cell.get("outputs") for cell in notebook.cells)
