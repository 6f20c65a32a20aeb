"""The site in a browser: axe-core finds nothing, light and dark, and nothing is fetched."""

import contextlib
import functools
import http.server
import threading
from pathlib import Path

import hosts
import pytest

AXE = Path(__file__).parents[2] / "js/node_modules/axe-core/axe.min.js"
PAGES = (
    *("index", "how-to/label", "how-to/several-people", "labels/rules", "labels/statistics"),
    *("formats/out", "api/results", "keys", "comparison", "architecture"),
)
# The dark pages have colours of their own, and nothing else.
THEMES = {"light": ("default", {}), "dark": ("slate", {"runOnly": ["color-contrast"]})}
FIND = """async (more) => {
    const { violations } = await axe.run(document, { resultTypes: ["violations"], ...more });
    return violations.flatMap(({ id, nodes }) =>
        nodes.map(node => `${id}: ${node.target} ${node.html.slice(0, 200)}`));
}"""


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@contextlib.contextmanager
def served(folder):
    handler = functools.partial(Quiet, directory=folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def open_page(browser, site):
    """Open a page of the site, and keep what it asks other hosts for."""
    with served(site) as url:
        elsewhere, contexts = [], {}

        def open_one(name, theme):
            if theme not in contexts:
                contexts[theme] = browser.new_context(color_scheme=theme)
                contexts[theme].set_default_timeout(hosts.PATIENCE)
            page = contexts[theme].new_page()
            page.on(
                "request",
                lambda request: (
                    request.url.startswith((url, "data:")) or elsewhere.append(request.url)
                ),
            )
            page.goto(f"{url}/{name}.html")
            return page

        yield open_one, elsewhere
        for context in contexts.values():
            context.close()


def test_axe_finds_nothing_on_ten_pages_light_and_dark_and_nothing_is_fetched(open_page):
    if not AXE.exists():
        pytest.skip("needs axe-core: npm ci in js/")
    open_one, elsewhere = open_page
    found = []
    for theme, (scheme, more) in THEMES.items():
        for name in PAGES:
            page = open_one(name, theme)
            page.wait_for_function(
                "scheme => document.body.dataset.mdColorScheme === scheme", arg=scheme
            )
            page.add_script_tag(path=AXE)
            found += [f"{name}, {theme}: {problem}" for problem in page.evaluate(FIND, more)]
            page.close()

    assert not found, "\n".join(found)
    assert not elsewhere
    assert len(PAGES) == 10


def test_axe_would_find_what_is_wrong_on_a_page(open_page):
    if not AXE.exists():
        pytest.skip("needs axe-core: npm ci in js/")
    open_one, _ = open_page
    page = open_one("index", "light")
    page.add_script_tag(path=AXE)
    page.evaluate("""() => {
        const image = document.querySelector("article img");
        image.removeAttribute("alt");
        document.querySelector("article p").style.color = "#bbb";
    }""")

    for _, more in THEMES.values():
        assert "color-contrast" in " ".join(page.evaluate(FIND, more))
    assert "image-alt" in " ".join(page.evaluate(FIND, {}))


def test_the_search_finds_a_page_of_a_site_opened_as_a_file(browser, site):
    context = browser.new_context()
    context.set_default_timeout(hosts.PATIENCE)
    page, asked = context.new_page(), []
    page.on("request", lambda request: asked.append(request.url))

    page.goto((site / "how-to/label.html").as_uri())
    page.keyboard.press("f")
    page.keyboard.type("krippendorff")
    page.locator(".md-search-result__item a").first.click()
    page.wait_for_url(lambda url: url.partition("?")[0].endswith(".html") and "label" not in url)

    assert "Krippendorff" in page.content()
    assert all(url.startswith((site.as_uri(), "data:")) for url in asked)
    context.close()
