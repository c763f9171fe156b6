"""Pages in a real Chromium, with no network; what goes wrong in one fails the test.

    with chromium.page(html_or_path, width=390, dark=True) as page:
        page.get_by_role("button", name="next").click()
        assert page.evaluate("document.title") == "y"

`page` is Playwright's (sync API). Debian's package `chromium` is the browser.
"""

import atexit
import contextlib
import functools
import shutil
import tempfile
from pathlib import Path

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PATIENCE = 120_000  # milliseconds; under load a browser may be slow, never wrong


@functools.cache
def browser():
    """One browser for all tests of this process."""
    programs = [path for name in NAMES if (path := shutil.which(name))]
    if not programs:
        pytest.skip("no browser here: install Debian's package `chromium`")
    api = pytest.importorskip(
        "playwright.sync_api",
        reason="no Playwright here: pip install playwright",
    )
    playwright = api.sync_playwright().start()
    atexit.register(playwright.stop)
    opened = playwright.chromium.launch(
        executable_path=programs[0],
        chromium_sandbox=False,  # root has none, and the pages are our own
        timeout=PATIENCE,
    )
    atexit.register(opened.close)
    return opened


@contextlib.contextmanager
def page(source, *, width=1280, height=800, dark=False, reduced_motion=False):
    """A page from an HTML text, or from a file where `source` is a Path.

    On leaving, the test fails if the page asked for anything but itself, opened a
    dialog or another page, or if there was an error on its console or a script's.
    """
    wrong = []
    with tempfile.TemporaryDirectory() as folder:
        path = source
        if not isinstance(source, Path):
            path = Path(folder, "page.html")
            path.write_text(source, encoding="utf-8")
        url = path.resolve().as_uri()
        context = browser().new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce" if reduced_motion else "no-preference",
            service_workers="block",
            offline=True,
        )
        try:
            context.set_default_timeout(PATIENCE)
            _watch(context, url, wrong)
            opened = context.new_page()
            context.on("page", lambda other: wrong.append(f"opened {other.url}"))
            opened.goto(url)
            yield opened
            opened.evaluate("0")  # what the page has reported until now has come here
        finally:
            context.close()
    assert not wrong, "\n".join(wrong)


def _watch(context, url, wrong):
    def route(request):
        if request.request.url.partition("#")[0] == url:
            request.continue_()
        else:
            wrong.append(f"request: {request.request.url}")
            request.abort()

    def dialog(shown):
        wrong.append(f"dialog: {shown.message}")
        shown.dismiss()

    def console(message):
        if message.type == "error":
            wrong.append(f"console: {message.text}")

    context.route("**/*", route)
    context.route_web_socket("**/*", lambda ws: wrong.append(f"request: {ws.url}"))
    context.on("dialog", dialog)
    context.on("console", console)
    context.on("weberror", lambda error: wrong.append(f"script: {error.error}"))


def screenshot(page, path):
    """The whole page as a PNG at this path, with animations at their ends."""
    page.screenshot(path=path, full_page=True, animations="disabled", caret="hide")
    return Path(path)
