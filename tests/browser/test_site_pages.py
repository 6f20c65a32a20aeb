"""The site in a browser: axe-core finds nothing, light and dark, and nothing is fetched."""

import contextlib
import functools
import http.server
import threading
from pathlib import Path

import hosts
import pytest

AXE = Path(__file__).parents[2] / "js/node_modules/axe-core/axe.min.js"
# The ones that are least like each other, and others.
FEW = ("index", "labels/statistics", "api/results")
MORE = (
    *("how-to/label", "how-to/several-people", "labels/rules", "formats/out"),
    *("keys", "comparison", "architecture"),
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
        elsewhere = []
        context = browser.new_context(color_scheme="light")
        context.set_default_timeout(hosts.PATIENCE)

        def open_one(name):
            page = context.new_page()
            page.on(
                "request",
                lambda request: (
                    request.url.startswith((url, "data:")) or elsewhere.append(request.url)
                ),
            )
            page.goto(f"{url}/{name}.html")
            return page

        yield open_one, elsewhere
        context.close()


def choose_theme(page, theme, scheme):
    """Choose it by the button in the page's head, where it is not there already."""
    is_there = "scheme => document.body.dataset.mdColorScheme === scheme"
    if not page.evaluate(is_there, scheme):
        page.get_by_title(theme.capitalize(), exact=True).click()
    page.wait_for_function(is_there, arg=scheme)


@pytest.mark.parametrize("pages", [FEW, pytest.param(MORE, marks=pytest.mark.long)])
def test_axe_finds_nothing_on_pages_light_and_dark_and_nothing_is_fetched(open_page, pages):
    if not AXE.exists():
        pytest.skip("needs axe-core: npm ci in js/")
    open_one, elsewhere = open_page
    found = []
    for name in pages:
        page = open_one(name)
        page.add_script_tag(path=AXE)
        for theme, (scheme, more) in THEMES.items():
            choose_theme(page, theme, scheme)
            found += [f"{name}, {theme}: {problem}" for problem in page.evaluate(FIND, more)]
        # The next page comes up in what was chosen last.
        choose_theme(page, "light", THEMES["light"][0])
        page.close()

    assert not found, "\n".join(found)
    assert not elsewhere


def test_axe_would_find_what_is_wrong_on_a_page(open_page):
    if not AXE.exists():
        pytest.skip("needs axe-core: npm ci in js/")
    open_one, _ = open_page
    page = open_one("index")
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
