"""Argilla's server in a process of its own, without the services around it."""

import os
import subprocess
import urllib.request

from environments import TAKERS, python_of
from servers import Server

KEY = "argilla.apikey"


class ArgillaServer(Server):
    """A server with a database in a folder, and its owner's key."""

    def __init__(self, folder):
        super().__init__(folder)
        python = python_of("argilla_server")
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
        self.start([python, TAKERS / "serve_argilla.py", str(self.port)], **asked)

    def asks(self):
        urllib.request.urlopen(f"{self.address}/api/v1/version").close()  # noqa: S310
