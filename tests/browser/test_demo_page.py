"""``python -m tiebreak demo``, as somebody meets it who has installed the wheel."""

import hosts
from playwright.sync_api import expect


def test_the_demo_opens_a_notebook_in_which_the_first_key_is_a_label(context, tmp_path):
    with hosts.serve("demo", tmp_path) as host:
        page = hosts.NotebookPage(context.new_page(), host, "quickstart.ipynb")
        page.run(0)
        page.focus_widget()
        page.press("1")

        page.await_saved(1)
        expect(page.widget.locator(".pair:not(.prepared)")).to_be_visible()
        page.shut_kernel_down()
