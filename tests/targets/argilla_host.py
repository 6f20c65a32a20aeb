"""Argilla's server in a process of its own, without the services around it."""

import contextlib
import os
import socket
import subprocess
import urllib.error
import urllib.request

from environments import TAKERS, python_of

KEY = "argilla.apikey"


class ArgillaServer:
    """A server with a database in a folder, and its owner's key."""

    def __init__(self, folder):
        python = python_of("argilla_server")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{port}"
        self._log = folder / "server.log"
        settings = {
            "ARGILLA_HOME_PATH": str(folder),
            "ARGILLA_SEARCH_ENGINE": "nothing",
            "ARGILLA_ENABLE_TELEMETRY": "0",
            "HF_HUB_OFFLINE": "1",
        }
        asked = {"env": {**os.environ, **settings}, "cwd": folder}
        manage = [python, "-m", "argilla_server", "database"]
        subprocess.run([*manage, "migrate"], check=True, capture_output=True, **asked)
        owner = ["--first-name", "Own", "--username", "owner", "--password", "12345678"]
        owner += ["--role", "owner", "--api-key", KEY]
        create = [*manage, "users", "create", *owner]
        subprocess.run(create, check=True, capture_output=True, **asked)
        with self._log.open("wb") as log:
            command = [python, TAKERS / "serve_argilla.py", str(port)]
            self._process = subprocess.Popen(command, stdout=log, stderr=log, **asked)
        self._wait()

    def _wait(self):
        while True:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(1)
                raise RuntimeError(self._log.read_text()[-4000:])
            with contextlib.suppress(urllib.error.URLError, ConnectionError):
                urllib.request.urlopen(f"{self.address}/api/v1/version").close()  # noqa: S310
                return

    def close(self):
        """End the process."""
        self._process.terminate()
        self._process.wait()
