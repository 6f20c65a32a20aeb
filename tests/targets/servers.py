"""A server in a process of its own, whatever it is."""

import contextlib
import socket
import subprocess
import urllib.error


class Server:
    """Starts a command that serves at ``address``, and waits until it answers.

    Those that build on it say by ``asks`` how to tell that it does; what it prints is in the error
    where it ends before.
    """

    def __init__(self, folder):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        self._log = folder / "server.log"

    def start(self, command, **asked):
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, **asked
            )
        while True:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(1)
                raise RuntimeError(self._log.read_text()[-4000:])
            with contextlib.suppress(urllib.error.URLError, ConnectionError):
                self.asks()
                return

    def close(self):
        """End the process."""
        self._process.terminate()
        self._process.wait()
