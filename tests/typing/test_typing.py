import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

API = Path(__file__).with_name("api.py")
ROOT = API.parents[2]
PYRIGHT = ROOT / "js/node_modules/pyright/index.js"
NODE = shutil.which("node") or shutil.which("node", path=str(Path(sys.executable).parent))


def run(*command):
    done = subprocess.run(
        list(map(str, command)),
        check=False,
        cwd=ROOT,
        capture_output=True,
        text=True,
        env={**os.environ, "MYPYPATH": ""},
    )
    return done.returncode, done.stdout + done.stderr


def test_mypy_takes_the_public_api_as_users_write_it_and_refuses_what_is_misspelt():
    # By the project's own strict settings, so that what its check of the package found is used.
    code, said = run(sys.executable, "-m", "mypy", API)

    assert code == 0, said


@pytest.mark.skipif(
    NODE is None or not PYRIGHT.exists(), reason="the front end's tools are not installed"
)
def test_pyright_takes_the_public_api_as_users_write_it_and_refuses_what_is_misspelt():
    code, said = run(
        NODE,
        PYRIGHT,
        "--project",
        API.with_name("pyrightconfig.json"),
        "--pythonpath",
        sys.executable,
    )

    assert code == 0, said
