"""axe-core finds nothing to object to, in any state and theme."""

import json
from pathlib import Path

import hosts
import pytest
from playwright.sync_api import expect

VIEWPORT = {"width": 1400, "height": 16_000}
AXE = Path(__file__).parents[2] / "js/node_modules/axe-core/axe.min.js"

RICH = {
    "prompt": [
        {"role": "system", "content": "Answer briefly."},
        {"role": "user", "content": "Compare **them**, with code."},
    ],
    "response_a": (
        "# Title\n\nText with `code`, a [link](https://example.com/a), $x^2$ and ~~less~~.\n\n"
        "- [x] done\n- [ ] not done\n\n> a quotation\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n\n"
        "```python\n# a comment\ndef f(x: int) -> str:\n    return f'{x}' + str(1.5)\n```\n\n"
        "![a chart](https://example.com/chart.png) and an invisible\u200b one"
    ),
    "response_b": [
        {
            "role": "assistant",
            "content": "Let me look.",
            "tool_calls": [{"function": {"name": "look", "arguments": '{"at": [1, null]}'}}],
        },
        {"role": "tool", "content": '{"found": true}'},
        {
            "role": "assistant",
            "content": "## Title\n\nText with `code`.\n\n1. one\n2. two",
        },
    ],
}
SET_UP = f"""import json, tiebreak as tb
from PIL import Image
from tiebreak.widget import deck
rich = json.loads({json.dumps(json.dumps(RICH))})
def opened(name, rows, **more):
    return tb.Session("axe/" + name, rows, annotator="me", order="given", seed=1, **more)
others = tb.sample_pairs()
"""
# One session a cell; each is left in the state that it is named after.
STATES = {
    "simple": "s = opened('simple', [rich]); s",
    "graded": "s = opened('graded', [rich], scale='graded'); s",
    "differences": (
        "pair = {'prompt': 'Tides?', 'response_a': 'Twice a day.', 'response_b': 'Once a day.'}\n"
        "s = opened('differences', [pair]); s"
    ),
    "two answers": (
        "both = 'Gremolata is a condiment of chopped parsley, lemon zest and garlic.'\n"
        "of_two = ' It keeps for 3 days, as Marcella Hazan wrote; use it up within that time.'\n"
        "other = ' Ask a cook. Some like it hot, and some like it cold or with plain bread.'\n"
        "pair = {'prompt': 'Gremolata?', 'response_a': both + of_two * 8,\n"
        "    'response_b': other * 8 + ' ' + both.replace('is', 'was')}\n"
        "s = opened('two', [pair]); s"
    ),
    "raw": "s = opened('raw', [rich]); s",
    "images": (
        "image = lambda colour: Image.new('RGB', (300, 200), colour)\n"
        "pair = {'prompt': 'Paint', 'response_a': image('red'), 'response_b': image('blue')}\n"
        "s = opened('images', [pair]); s"
    ),
    "audio": (
        "sound = lambda n: {'array': [n / 99] * 8_000, 'sampling_rate': 8_000}\n"
        "pair = {'prompt': sound(1), 'response_a': sound(2), 'response_b': sound(3)}\n"
        "s = opened('audio', [pair]); s"
    ),
    "read only": (
        "opened('reading', [rich]).close()\ns = tb.Session('axe/reading', read_only=True); s"
    ),
    "end": (
        "s = opened('end', [rich, *others.to_dict('records')[:3]])\n"
        "for choice in ('a', 'tie', 'both_bad', 'skip'): s.label(s.next().id, choice)\n"
        "s.label(s.next().id, 'skip'); s"
    ),
    "notice": (
        "s = opened('notice', [rich])\n"
        "reason = 'The seed was changed since; please choose again.'\n"
        "from IPython.display import display; display(s)\n"
        "s.widget.send({'type': 'refused', 'id': None, 'reason': reason, 'keep': False})\n"
        "s.widget.notice('This sitting: 3 labels, 2 minutes of reading.')"
    ),
    "form": (
        "s = opened('form', [rich], criteria={'helpful': 'does what was asked', 'honest': ''},\n"
        "    reasons=['wrong fact'], flags=True, guidelines='# Read\\n\\nboth.'); s"
    ),
    "disagreements": (
        "for who, choice in (('anna', 'a'), ('bob', 'b'), ('eve', 'tie')):\n"
        "    with tb.Session('axe/parted', [rich], annotator=who, flags=True) as s:\n"
        "        s.label(s.next().id, choice, note='Reads well. ' * 40, flags={'a': ['unsafe']})\n"
        "d = tb.Session('axe/parted', read_only=True).disagreements(); d"
    ),
    "help": "s = opened('help', [rich]); s",
    "list": ("s = opened('list', others)\nfor c in ('a', 'b', 'skip'): s.label(s.next().id, c)\ns"),
    # A kernel that hears, and for a long time does not answer.
    "waiting": (
        "deck.DECK_PAIRS = 2\n"
        "s = opened('waiting', others)\n"
        "handle = s.widget._handle\n"
        "s.widget._handle = lambda m: handle(m) if type(m).__name__ == 'Hello' else None; s"
    ),
}
OPENED_BY = {
    "differences": "d",
    "two answers": "d",
    "raw": "r",
    "form": "1agn",
    "help": "?",
    "list": "l",
}
THEMES = ("JupyterLab Light", "JupyterLab Dark", "JupyterLab Dark High Contrast")

FIND = """async ([widgets, more]) => {
    const { violations } = await axe.run(widgets, { resultTypes: ["violations"], ...more });
    return violations.flatMap(({ id, nodes }) =>
        nodes.map(node => `${id}: ${node.target} ${node.html.slice(0, 200)}`));
}"""
# Each run of axe walks the whole of JupyterLab, so it sees all widgets at once where it can.
COLOURS = {"runOnly": ["color-contrast"]}
# A page of several widgets has each name several times.
ALONE = {"rules": {"landmark-unique": {"enabled": False}}}
NAMES = {"runOnly": ["landmark-unique"]}


def widgets_of(page):
    return page.locator(".tiebreak-widget").element_handles()


def problems(page):
    found = page.evaluate(FIND, [widgets_of(page), ALONE])
    for state, widget in zip(STATES, widgets_of(page), strict=True):
        found += [f"{state}: {problem}" for problem in page.evaluate(FIND, [[widget], NAMES])]
    return found


def choose_theme(page, theme):
    page.get_by_role("menuitem", name="Settings", exact=True).click()
    page.locator(".lm-Menu-item", has_text="Theme").first.hover()
    page.locator(".lm-Menu-item").get_by_text(theme, exact=True).click()
    page.wait_for_function("name => document.body.dataset.jpThemeName === name", arg=theme)
    # Lab's splash covers the page for a moment, which keeps axe from judging any colour.
    expect(page.locator("#jupyterlab-splash, .splash-fade, .lm-Menu")).to_have_count(0)


@pytest.fixture
def every_state(browser, lab):
    """A page with a widget in each state, all of them in view."""
    if not AXE.exists():
        pytest.skip("needs axe-core: npm ci in js/")
    hosts.write_notebook(lab.folder, "accessibility.ipynb", [SET_UP, *STATES.values()])
    context = browser.new_context(viewport=VIEWPORT)
    context.set_default_timeout(hosts.PATIENCE)
    page = hosts.NotebookPage(context.new_page(), lab, "accessibility.ipynb")
    for number in range(1 + len(STATES)):
        page.run(number)
    widgets = page.page.locator(".tiebreak-widget")
    expect(widgets).to_have_count(len(STATES))
    by_state = {name: widgets.nth(n) for n, name in enumerate(STATES)}
    # What is drawn late moves what is below it, and a key on a widget that left the view brings it
    # back and does no more.
    expect(by_state["simple"].locator("math, .code-keyword").first).to_be_visible()
    for name, keys in OPENED_BY.items():
        by_state[name].locator(".question").click()
        page.await_frames()
        page.press(*keys)
    expect(by_state["differences"].locator("mark").first).to_be_visible()
    expect(by_state["two answers"].locator("mark.diff-alike").first).to_be_visible()
    expect(by_state["two answers"].locator("mark[data-kind=name]").first).to_be_visible()
    expect(by_state["audio"].get_by_role("slider")).to_have_count(4)
    expect(by_state["notice"].get_by_role("alert")).to_be_visible()
    expect(by_state["notice"].locator(".notice").get_by_text("This sitting")).to_be_visible()
    by_state["waiting"].locator(".question").click()
    page.press("1", "2")
    expect(by_state["waiting"]).to_contain_text("Waiting for the kernel")
    saved = by_state["waiting"].locator(".save-state").get_by_role("status")
    expect(saved).to_contain_text("waiting for the kernel")
    page.page.add_script_tag(path=AXE)
    # Lab's body hides its overflow and is 0 px high, which to axe means that nothing in it is seen.
    page.page.add_style_tag(content="body { overflow: visible !important }")
    # Each widget would take the height of the panel, and all others be out of view.
    page.page.add_style_tag(content=".tiebreak-widget { --tb-room: 800px !important }")
    yield page
    page.shut_kernel_down()
    context.close()


def test_axe_finds_nothing_in_any_state_and_theme(every_state):
    page = every_state.page
    found = []
    for theme in THEMES[1:]:  # these have colours of their own, and nothing else
        choose_theme(page, theme)
        wrong = page.evaluate(FIND, [widgets_of(page), COLOURS])
        found += [f"{theme}: {problem}" for problem in wrong]
    choose_theme(page, THEMES[0])
    found += problems(page)
    every_state.resize(900, VIEWPORT["height"])
    found += [f"stacked: {problem}" for problem in page.evaluate(FIND, [widgets_of(page), ALONE])]
    every_state.resize(**VIEWPORT)

    assert not found, "\n".join(found)

    # And it would have found what is wrong.
    page.evaluate("""() => {
        const root = document.querySelector(".tiebreak-widget").shadowRoot;
        const button = root.querySelector("button");
        button.removeAttribute("aria-label");
        button.removeAttribute("title");
        button.replaceChildren();
        root.querySelector(".question").style.color = "#aaa";
        root.querySelector("[aria-label='Right response']").ariaLabel = "Left response";
    }""")
    wrong = ["button-name", *COLOURS["runOnly"], *NAMES["runOnly"]]
    told = " ".join(page.evaluate(FIND, [widgets_of(page)[:1], {"runOnly": wrong}]))
    for rule in wrong:
        assert rule in told
