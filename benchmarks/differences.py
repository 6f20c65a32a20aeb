"""How long it takes to mark what differs, in Chromium, for pairs that take the most of it."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from figures import Row, median
from tiebreak.widget.widget import STATIC

sys.path.insert(0, str(Path(__file__).parents[1] / "tests/browser"))

import hosts

BAR = 60  # milliseconds, on a quiet machine
ROUNDS = 7

# Sentences of made-up words, with names, numbers and negations; every third one both sides have.
PAGE = """<!doctype html><meta charset="utf-8"><script type="module">
let state = 7;
const next = most => {
    state = (state * 1664525 + 1013904223) % 4294967296;
    return Math.floor(state / 4294967296 * most);
};
const letters = "abcdefghijklmnopqrstuvwxyz";
const word = () => Array.from({length: 3 + next(8)}, () => letters[next(26)]).join("");
const words = Array.from({length: 6000}, word);
const pick = from => words[from + next(2900)];
const sentence = from => {
    const made = Array.from({length: 8 + next(16)}, () => pick(from));
    if (next(3) === 0) made.splice(3, 0, `${1 + next(2000)}`);
    if (next(3) === 0) made.splice(2, 0, pick(from).replace(/^./, c => c.toUpperCase()));
    if (next(8) === 0) made.splice(1, 0, "not");
    return made.join(" ").replace(/^./, c => c.toUpperCase()) + ".";
};
const content = sentences => {
    const made = document.createElement("div");
    made.className = "content";
    for (let at = 0; at < sentences.length; at += 4) {
        const block = document.createElement("p");
        block.textContent = sentences.slice(at, at + 4).join(" ");
        made.append(block);
    }
    document.body.append(made);
    return made;
};
const pairs = {
    answers(length) {
        const both = Array.from({length: length / 15}, () => sentence(0));
        return [0, 3000].map(from => both.map((same, at) => at % 3 === 0 ? same : sentence(from)));
    },
    rewriting(length) {
        const text = Array.from({length: length / 15}, () => sentence(0));
        return [text, text.map((same, at) => at % 5 === 0 ? sentence(0) : same)];
    },
    reversed(length) {
        const text = Array.from({length: length / 15}, () => sentence(0));
        return [text, text.map(each => each.split(" ").reverse().join(" ")).reverse()];
    },
};
window.measure = async (source, kind, length, rounds) => {
    const url = URL.createObjectURL(new Blob([source], {type: "text/javascript"}));
    const {default: diffContent} = await import(url);
    const times = [];
    let said = "";
    for (let round = 0; round < rounds; round += 1) {
        document.body.replaceChildren();
        const [left, right] = pairs[kind](length).map(content);
        const start = performance.now();
        const marked = diffContent(left, right);
        times.push(performance.now() - start);
        said = marked.reason ?? marked.legend;
    }
    return {times, said};
};
</script>"""


def differences() -> Iterator[Row]:
    """Mark what differs in two answers, in a rewriting, and in what is the worst to compare."""
    source = (STATIC / "differences.js").read_text(encoding="utf-8")
    with sync_playwright() as playwright:
        browser = hosts.launch(playwright)
        page = browser.new_page()
        page.set_content(PAGE)
        page.wait_for_function("() => window.measure")
        for kind, length in (
            ("answers", 600),
            ("answers", 5_000),
            ("answers", 17_000),
            ("rewriting", 17_000),
            ("reversed", 17_000),
        ):
            found: dict[str, Any] = page.evaluate(
                "([source, kind, length, rounds]) => measure(source, kind, length, rounds)",
                [source, kind, length, ROUNDS],
            )
            typical = median(found["times"])
            figure = f"median {typical:.1f} ms, least {min(found['times']):.1f} ms"
            name = f"differences: {kind}, {length:,} words a side"
            yield Row(name, figure, bar=f"<= {BAR} ms", ok=typical <= BAR)
        browser.close()
