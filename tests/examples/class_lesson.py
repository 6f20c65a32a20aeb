"""Runs the lesson's notebook with a simulated student at the keyboard."""

import ast
import json

import notebooks

# What a student does in the widget that a cell shows, by the cell's tag.
_STUDENT = """
def _short(pair):
    return "a" if len(pair.a) < len(pair.b) else "b"


while _pair := {session}.next():
    {session}.label(_pair.id, _short(_pair))
"""
_WIDGETS = {"label": "session", "guideline": "session", "blind": "blind"}
_FOUND = """
import json
print("FOUND", json.dumps({
    "words": {name: float(summary.loc[name, "words"]) for name in summary.index},
    "changed": {name: float(summary.loc[name, "changed"]) for name in summary.index},
    "learned": {name: float(np.mean(np.array(each) > 0)) for name, each in learned.items()},
    "margin": {name: float(np.mean(each)) for name, each in new.items()},
    "held out": {name: float(np.mean(np.array(each) > 0)) for name, each in new.items()},
}))
"""


def source(tag):
    """Give the source of the cell with a tag."""
    return next(cell.source for cell in read().cells if tag in cell.metadata.get("tags", []))


def read():
    """Read the notebook as it is kept."""
    return notebooks.read("class.ipynb")


def run(folder, *, epochs=None):
    """Run it from top to bottom in a folder; give its printed text and what it found.

    With ``epochs``, each training goes so often over the labels, and not as often as in class.
    """
    notebook = read()
    cells = []
    for cell in notebook.cells:
        if epochs is not None and "dpo" in cell.metadata.get("tags", []):
            assert "epochs=8" in cell.source
            cell.source = cell.source.replace("epochs=8", f"epochs={epochs}")
        shown = [_WIDGETS[tag] for tag in cell.metadata.get("tags", []) if tag in _WIDGETS]
        typed = [notebooks.code_cell(_STUDENT.format(session=each)) for each in shown]
        cells += [cell, *typed]
    notebook.cells = [*cells, notebooks.code_cell(_FOUND)]
    notebooks.execute(notebook, folder)
    printed = "".join(
        output.get("text", "") for cell in notebook.cells for output in cell.get("outputs", [])
    )
    return notebook, printed, json.loads(printed.rpartition("FOUND ")[2])


def imports():
    """Give the names of the packages that the lesson imports."""
    code = "\n".join(
        cell.source
        for cell in read().cells
        if cell.cell_type == "code" and "optional" not in cell.metadata.get("tags", [])
    )
    found = set()
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            found |= {each.name.partition(".")[0] for each in node.names}
        if isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.partition(".")[0])
    return found
