"""Runs the notebooks in examples/ from top to bottom, with a reader who labels."""

from pathlib import Path

import nbformat
from nbclient import NotebookClient

EXAMPLES = Path(__file__).parents[2] / "examples"


def read(name: str) -> nbformat.NotebookNode:
    """Give an example as it is kept."""
    return nbformat.read(EXAMPLES / name, as_version=4)


def run(name: str, folder: Path, does: dict[str, str]) -> dict[str, str]:
    """Run an example in a folder, and give what each code cell put out, by the cell's id.

    ``does`` is what the reader does after a cell, by the cell's id: at the keyboard, in Python.
    """
    notebook = read(name)
    missing = does.keys() - {cell.id for cell in notebook.cells}
    assert not missing, f"{name} has no cell {missing}"
    cells = []
    for cell in notebook.cells:
        cells.append(cell)
        if cell.id in does:
            cells.append(nbformat.v4.new_code_cell(does[cell.id]))
    notebook.cells = cells
    NotebookClient(notebook, timeout=600, resources={"metadata": {"path": folder}}).execute()
    return {cell.id: _text(cell) for cell in notebook.cells if cell.cell_type == "code"}


def _text(cell: nbformat.NotebookNode) -> str:
    parts = []
    for output in cell.outputs:
        plain = output.get("data", {}).get("text/plain", "")
        parts.append(output.get("text", "") + plain)
    return "".join(parts)
