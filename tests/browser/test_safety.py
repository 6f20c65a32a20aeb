"""Hostile text in real Chromium: no script, no request, nothing in the DOM that is not ours."""

import http.server
import json
import subprocess
import threading
from functools import partial
from http import HTTPStatus
from pathlib import Path

import hosts
import pytest

ROOT = Path(__file__).parents[2]
PAYLOADS = Path(__file__).parent / "payloads"
DOMPURIFY = ROOT.parent / "shared/data/xss/dompurify-fixtures.jsonl"
EVASION = PAYLOADS / "evasion.jsonl"
CORPORA = [EVASION, PAYLOADS / "own.jsonl", DOMPURIFY]
BATCH = 25
LAST = "/last-of-all"
TRUSTED_TYPES = "require-trusted-types-for 'script'; trusted-types 'none'"

PAGE = """<!doctype html><meta charset="utf-8"><title>Safety</title>
<link rel="icon" href="data:,"><body><script src="/page.js"></script>"""

# Every way in which a payload could show that it ran, and every way to say that it wanted to.
TRAPS = """
window.executed = [];
window.violations = [];
for (const name of ["alert", "confirm", "prompt", "print", "open", "eval", "msgbox"])
  window[name] = (...given) => { executed.push(`${name}(${given})`) };
document.write = document.writeln = (text) => { executed.push(`write(${text})`) };
addEventListener("securitypolicyviolation",
  (event) => violations.push(`${event.violatedDirective} ${event.sample}`));
"""


def read_lines(corpus: Path) -> list[str]:
    """Give the lines of a corpus; not ``splitlines``, because some payloads hold U+2028."""
    return corpus.read_text(encoding="utf-8").strip().split("\n")


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serves the page under ``/``, and under ``/strict`` with a policy against HTML strings."""

    def do_GET(self) -> None:
        if self.path == LAST:
            self.send_response(HTTPStatus.NO_CONTENT)
            self.end_headers()
            return
        page = self.path in ("/", "/strict")
        body = PAGE.encode() if page else (Path(self.directory) / "page.js").read_bytes()
        if not page and self.path != "/page.js":
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/html" if page else "text/javascript")
        if self.path == "/strict":
            self.send_header("Content-Security-Policy", TRUSTED_TYPES)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("safety")
    command = ["node_modules/.bin/esbuild", "test/safety/page.ts", "--bundle", "--charset=utf8"]
    command += ["--loader:.css=text", "--global-name=safety", "--log-level=warning"]
    subprocess.run([*command, f"--outfile={folder / 'page.js'}"], cwd=ROOT / "js", check=True)
    handler = partial(Handler, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


class Watched:
    """A page, and everything that it did beyond drawing."""

    def __init__(self, context, address: str) -> None:
        self.requests: list[str] = []
        self.errors: list[str] = []
        self.console: list[str] = []
        context.add_init_script(TRAPS)
        self.page = context.new_page()
        self.page.goto(address)
        context.on("request", lambda request: self.requests.append(request.url))
        context.on("page", lambda opened: self.requests.append(f"window {opened.url}"))
        self.page.on("framenavigated", lambda frame: self.requests.append(f"frame {frame.url}"))
        self.page.on("dialog", lambda dialog: self.errors.append(f"dialog {dialog.message}"))
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", lambda message: self.console.append(message.text))
        self.session = context.new_cdp_session(self.page)

    def call(self, expression: str):
        """Evaluate as the developer tools do; ``page.evaluate`` needs the eval that we trapped."""
        answer = self.session.send(
            "Runtime.evaluate",
            {"expression": expression, "returnByValue": True, "awaitPromise": True},
        )
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def settle(self) -> None:
        """Wait for an image that is asked for last: what came before is known by then."""
        self.call(
            f"new Promise((done) => {{ const last = new Image(); last.src = '{LAST}';"
            " last.onerror = () => requestAnimationFrame(() => setTimeout(done)) })"
        )
        asked = [url for url in self.requests if url.endswith(LAST)]
        assert len(asked) == 1
        self.requests.remove(*asked)

    def deeds(self) -> dict[str, list[str]]:
        return {
            "executed": self.call("executed"),
            "violations": self.call("violations"),
            "requests": self.requests,
            "errors": self.errors,
            "console": self.console,
            "frames": [frame.url for frame in self.page.frames[1:]],
        }


# Where HTML strings are forbidden, one of ours would be told; where they are not, it would act.
@pytest.mark.parametrize(
    ("corpus", "path"), [*((each, "/strict") for each in CORPORA), (EVASION, "/")]
)
def test_no_payload_runs_or_asks_for_anything_or_leaves_an_attribute(context, site, corpus, path):
    if not corpus.exists():
        pytest.skip(f"DOMPurify's fixtures are not at {corpus}")
    watched = Watched(context, site + path)
    lines = read_lines(corpus)
    found: list[str] = []
    texts = 0

    for start in range(0, len(lines), BATCH):
        batch = json.dumps(lines[start : start + BATCH])
        checked = watched.call(f"safety.check({batch})")
        found += checked["found"]
        texts += checked["texts"]
    watched.settle()

    assert found == []
    assert texts >= 20 * len(lines)
    assert {deed: done for deed, done in watched.deeds().items() if done} == {}


def test_there_are_at_least_500_different_payloads():
    payloads = [
        json.loads(line)["payload"]
        for corpus in CORPORA
        if corpus.exists()
        for line in read_lines(corpus)
    ]

    assert len({str(payload) for payload in payloads}) >= 500


def test_a_careless_widget_would_be_caught(context, site):
    watched = Watched(context, site)
    payload = (
        "<img src=x onerror=alert(1)><img src=https://evil.example/i.png>"
        "<form action=/x></form><math href=/x></math><a href=javascript:alert(1)>x</a>"
    )

    found = watched.call(f"safety.carelessly({json.dumps(payload)})")
    wanted = {f"{site}/x", "https://evil.example/i.png"}
    for _ in range(hosts.TRIES):
        deeds = watched.deeds()
        if "alert(1)" in deeds["executed"] and wanted <= set(deeds["requests"]):
            break
        watched.settle()

    assert "alert(1)" in deeds["executed"]
    assert wanted <= set(deeds["requests"])
    for stranger in ("<form>", "onerror", "<math href", "<a href", "keeps its page"):
        assert any(stranger in each for each in found), stranger


def test_the_strict_page_takes_no_html_string(context, site):
    watched = Watched(context, f"{site}/strict")

    said = watched.call("try { safety.carelessly('<b>x</b>') } catch (error) { String(error) }")

    assert "TrustedHTML" in said
