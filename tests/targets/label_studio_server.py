"""A real Label Studio server on this machine, and what a team asks of its API."""

import contextlib
import json
import os
import secrets
import socket
import subprocess
import urllib.error
import urllib.request

from environments import python_of

OWNER = "owner@example.com"
_QUIET = {"COLLECT_ANALYTICS": "false", "LATEST_VERSION_CHECK": "false", "SENTRY_DSN": ""}


class LabelStudio:
    """A server in a process of its own, with a database in a folder of its own."""

    def __init__(self, folder):
        python = python_of("label_studio")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self._address = f"http://127.0.0.1:{port}"
        self._token = secrets.token_hex(20)
        self._log = folder / "server.log"
        command = [python.parent / "label-studio", "start", "--no-browser", "--log-level", "ERROR"]
        command += ["--data-dir", folder, "--port", str(port), "--internal-host", "127.0.0.1"]
        command += ["--username", OWNER, "--password", self._token, "--user-token", self._token]
        command += ["--enable-legacy-api-token"]
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                command,
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                cwd=folder,
                env={**os.environ, **_QUIET},
            )
        self._wait()

    def _wait(self):
        """Return when it answers."""
        while True:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(1)
                raise RuntimeError(self._log.read_text()[-4000:])
            with contextlib.suppress(urllib.error.URLError, ConnectionError):
                self.ask("GET", "/api/projects/")
                return

    def close(self):
        """End the process."""
        self._process.terminate()
        self._process.wait()

    def ask(self, method, path, content=None):
        """Ask for something, and give the answer as what its JSON says, or as text."""
        request = urllib.request.Request(  # noqa: S310 - this machine's own server
            self._address + path,
            None if content is None else json.dumps(content).encode(),
            {"Authorization": f"Token {self._token}", "Content-Type": "application/json"},
            method=method,
        )
        with urllib.request.urlopen(request) as answer:  # noqa: S310
            said = answer.read().decode()
        return json.loads(said) if said[:1] in ("{", "[") else said
