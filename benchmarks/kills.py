"""Whether an acknowledged label can be lost: kernels killed while labels come in.

The driver speaks to a real IPython kernel as the notebook's browser does, keeps several choices
on their way, and ends the kernel with ``kill -9`` at a random moment. Then the folder must open
again, and every event that was ever acknowledged must stand in the journal. (This shows that what
is acknowledged was handed to the system; that the disk has it too is the fsync before it.)
"""

import json
import random
import signal
import sys
import tempfile
import threading
import time
import uuid
import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from queue import Empty
from subprocess import DEVNULL
from typing import Any

from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import KernelManager

import tiebreak as tb
from figures import Row
from made_pairs import ANNOTATOR, rows

KILLS = 200
FOLDERS = 2  # labeled side by side, a kernel each
LONGEST = 1.0
ON_THEIR_WAY = 8
_OPEN = f"""import tiebreak as tb
session = tb.Session("session", annotator={ANNOTATOR!r})
session.widget"""


def kills() -> Iterator[Row]:
    """Kill 200 kernels at random moments and look for lost labels."""
    seed = random.SystemRandom().randrange(10**6)
    print(f"  random moments from seed {seed}", file=sys.stderr)
    with tempfile.TemporaryDirectory() as name, ThreadPoolExecutor(FOLDERS) as pool:
        victims = [_Victim(Path(name) / str(n), random.Random(seed + n)) for n in range(FOLDERS)]
        progress = _Progress()
        for done in [pool.submit(_kill_often, victim, progress) for victim in victims]:
            done.result()
    acknowledged = sum(len(victim.acknowledged) for victim in victims)
    lost = sum(victim.lost for victim in victims)
    unopened = sum(victim.unopened for victim in victims)
    torn = sum(victim.torn for victim in victims)
    written = sum(victim.written for victim in victims)
    yield Row(
        f"kill -9 of the kernel, {progress.count} times",
        f"{lost} of {acknowledged:,} acknowledged labels lost, {unopened} folders did not open "
        f"({written - acknowledged} more were on disk, {torn} torn lines set aside)",
        bar="0 and 0",
        ok=lost == unopened == 0 and acknowledged > progress.count,
    )


class _Progress:
    def __init__(self) -> None:
        self.count = 0
        self._lock = threading.Lock()

    def step(self) -> None:
        with self._lock:
            self.count += 1
            if self.count % 20 == 0:
                print(f"  {self.count} kernels killed", file=sys.stderr, flush=True)


def _kill_often(victim: "_Victim", progress: _Progress) -> None:
    for _ in range(KILLS // FOLDERS):
        victim.label_and_kill()
        victim.inspect()
        progress.step()


class _Victim:
    """A session's folder, and what was acknowledged of it over all kernels."""

    def __init__(self, folder: Path, dice: random.Random) -> None:
        folder.mkdir()
        self._folder = folder
        self._dice = dice
        with tb.Session(folder / "session", list(rows(500, 200)), annotator=ANNOTATOR) as session:
            showing = session._labels.showing  # noqa: SLF001
            self._pairs = [showing.name(pair) for pair in session.pairs.index]
        self.acknowledged: set[str] = set()
        self.written = self.lost = self.unopened = self.torn = 0

    def label_and_kill(self) -> None:
        """Start a kernel, label as fast as it acknowledges, and kill it while it works."""
        manager = KernelManager(kernel_name="python3")
        manager.start_kernel(cwd=str(self._folder), stdout=DEVNULL, stderr=DEVNULL)
        client = manager.blocking_client()
        client.start_channels()
        try:
            client.wait_for_ready(timeout=60)
            tab = _Tab(client, self._pairs, self._dice)
            moment = self._dice.uniform(0, LONGEST)
            timer = threading.Timer(moment, manager.signal_kernel, [signal.SIGKILL])
            timer.start()
            tab.label_for(moment)
            timer.join()
            tab.hear_the_rest()
            self.acknowledged |= tab.acknowledged
        finally:
            client.stop_channels()
            manager.shutdown_kernel(now=True)

    def inspect(self) -> None:
        """Read the journal as any program would, then open the folder as the package does."""
        journal = self._folder / f"session/journals/{ANNOTATOR}.jsonl"
        lines = journal.read_bytes().split(b"\n")
        self.torn += bool(lines.pop())
        there = {json.loads(line).get("id") for line in lines[1:]}
        self.written = len(there)
        self.lost = len(self.acknowledged - there)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # a torn line is reported, and was counted
                tb.Session(self._folder / "session", annotator=ANNOTATOR).close()
        except tb.TiebreakError as error:
            print(f"  {error}", file=sys.stderr)
            self.unopened += 1


class _Tab:
    """The browser's half: choices out, acknowledgements in."""

    def __init__(self, client: BlockingKernelClient, pairs: list[str], dice: random.Random) -> None:
        self._client = client
        self._pairs = pairs
        self._dice = dice
        self._waiting: set[str] = set()
        self._last: str | None = None
        self.acknowledged: set[str] = set()
        self._comm = self._open_widget()

    def label_for(self, seconds: float) -> None:
        """Keep a few choices on their way."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            while len(self._waiting) < ON_THEIR_WAY:
                self._choose()
            self._hear(timeout=0.05)

    def hear_the_rest(self) -> None:
        """Take in what the kernel still said before it died."""
        while self._hear(timeout=0.2):
            pass

    def _open_widget(self) -> str:
        request = self._client.execute(_OPEN)
        found = None
        while True:
            message = self._client.get_iopub_msg(timeout=60)
            content = message["content"]
            if message["parent_header"].get("msg_id") != request:
                continue
            if message["msg_type"] == "error":
                raise RuntimeError("\n".join(content["traceback"]))
            if message["msg_type"] == "comm_open" and "_esm" in str(content["data"])[:100_000]:
                found = content["comm_id"]
            if message["msg_type"] == "status" and content["execution_state"] == "idle":
                assert found is not None
                return str(found)

    def _choose(self) -> None:
        choice = self._dice.choice(["left", "right", "tie", "both_bad", "skip"])
        event: dict[str, Any] = {
            "id": str(uuid.uuid4()),
            "at": datetime.now(UTC).isoformat(timespec="milliseconds"),
        }
        if self._last is not None and self._dice.random() < 0.1:
            event |= {"type": "undo", "event": self._last}
            self._last = None
        else:
            pair = self._dice.choice(self._pairs)
            event |= {"type": "label", "pair": pair, "choice": choice, "seconds": 1.5}
            self._last = event["id"]
        self._waiting.add(event["id"])
        data = {"method": "custom", "content": event}
        message = self._client.session.msg("comm_msg", {"comm_id": self._comm, "data": data})
        self._client.shell_channel.send(message)

    def _hear(self, timeout: float) -> bool:
        try:
            message = self._client.get_iopub_msg(timeout=timeout)
        except Empty:
            return False
        said = message["content"].get("data", {}).get("content", {})
        if message["msg_type"] == "comm_msg" and said.get("type") == "refused":
            raise RuntimeError(said["reason"])
        if message["msg_type"] == "comm_msg" and said.get("type") == "ack":
            self._waiting.discard(said["id"])
            self.acknowledged.add(said["id"])
        return True
