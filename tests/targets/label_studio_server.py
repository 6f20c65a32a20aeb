"""A real Label Studio server on this machine, and what a team asks of its API."""

import json
import os
import secrets
import urllib.error
import urllib.request

from environments import python_of
from servers import Server

OWNER = "owner@example.com"
_QUIET = {"COLLECT_ANALYTICS": "false", "LATEST_VERSION_CHECK": "false", "SENTRY_DSN": ""}


class LabelStudio(Server):
    """A server in a process of its own, with a database in a folder of its own."""

    def __init__(self, folder):
        super().__init__(folder)
        python = python_of("label_studio")
        self._token = secrets.token_hex(20)
        command = [python.parent / "label-studio", "start", "--no-browser", "--log-level", "ERROR"]
        command += ["--data-dir", folder, "--port", str(self.port)]
        command += ["--internal-host", "127.0.0.1"]
        command += ["--username", OWNER, "--password", self._token, "--user-token", self._token]
        command += ["--enable-legacy-api-token"]
        self.start(command, cwd=folder, env={**os.environ, **_QUIET})

    def asks(self):
        self.ask("GET", "/api/projects/")

    def ask(self, method, path, content=None):
        """Ask for something, and give the answer as what its JSON says, or as text."""
        request = urllib.request.Request(  # noqa: S310 - this machine's own server
            self.address + path,
            None if content is None else json.dumps(content).encode(),
            {"Authorization": f"Token {self._token}", "Content-Type": "application/json"},
            method=method,
        )
        with urllib.request.urlopen(request) as answer:  # noqa: S310
            said = answer.read().decode()
        return json.loads(said) if said[:1] in ("{", "[") else said
