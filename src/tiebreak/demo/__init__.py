"""The quickstart notebook, opened in JupyterLab: ``python -m tiebreak demo``.

The notebook stands in ``examples/`` of the repository; a wheel carries it in this folder.
"""

import importlib.util
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tiebreak.errors import TiebreakError
from tiebreak.os_errors import telling_os_errors
from tiebreak.wording import tell

NAME = "quickstart.ipynb"
_HERE = Path(__file__).parent
_PLACES = (_HERE / NAME, _HERE.parents[2] / "examples" / NAME)


def open_demo(options: Sequence[str] = ()) -> int:
    """Copy the quickstart notebook into the working folder, and open it in JupyterLab.

    One that is there already is opened as it is.

    Args:
        options: what JupyterLab is started with, such as ``--no-browser``.

    Returns:
        The exit code of JupyterLab.

    Raises:
        TiebreakError: JupyterLab is not installed, or nothing can be written here.

    """
    if importlib.util.find_spec("jupyterlab") is None:
        msg = (
            "The demo needs JupyterLab, which is not here: pip install jupyterlab, which is also "
            "what the extra lab brings."
        )
        raise TiebreakError(msg)
    notebook = copy_notebook(Path.cwd())
    root = ["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    # Without a browser the address that is printed is to lead to the notebook, too.
    place = f"--LabApp.default_url=/lab/tree/{NAME}"
    command = [sys.executable, "-m", "jupyterlab", *root, place, *options, str(notebook)]
    with subprocess.Popen(command) as server:  # noqa: S603 - what the user asked for
        while True:
            try:
                return server.wait()
            except KeyboardInterrupt:  # which the server got, too: it asks whether to stop
                continue


def copy_notebook(folder: Path) -> Path:
    """Give the notebook in this folder, copied there unless one of its name is there."""
    target = folder / NAME
    content = next(place for place in _PLACES if place.is_file()).read_bytes()
    try:
        with telling_os_errors(TiebreakError, target), target.open("xb") as file:
            file.write(content)
    except TiebreakError:
        if not target.is_file():
            raise
        tell(f"{target} is there already, and is opened as it is.")
    else:
        tell(f"{target} was written; what it makes is written beside it.")
    return target
