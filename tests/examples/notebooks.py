"""Runs the notebooks in examples/ from top to bottom, with a reader who labels.

What runs them is imported where one is read: it takes each process that collects the tests seconds.
"""

from pathlib import Path
from typing import Any

EXAMPLES = Path(__file__).parents[2] / "examples"


def read(name: str) -> Any:
    """Give an example as it is kept."""
    import nbformat  # noqa: PLC0415

    return nbformat.read(EXAMPLES / name, as_version=4)


def code_cell(source: str) -> Any:
    """Give a cell that runs a source."""
    from nbformat import v4  # noqa: PLC0415

    return v4.new_code_cell(source)


def execute(notebook: Any, folder: Path) -> None:
    """Run a notebook in a folder, in a kernel of its own."""
    from nbclient import NotebookClient  # noqa: PLC0415

    NotebookClient(notebook, timeout=1_200, resources={"metadata": {"path": folder}}).execute()


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
            cells.append(code_cell(does[cell.id]))
    notebook.cells = cells
    execute(notebook, folder)
    return {cell.id: _text(cell) for cell in notebook.cells if cell.cell_type == "code"}


def _text(cell: Any) -> str:
    parts = []
    for output in cell.outputs:
        plain = output.get("data", {}).get("text/plain", "")
        parts.append(output.get("text", "") + plain)
    return "".join(parts)
