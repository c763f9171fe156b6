"""The browser's harness: what goes wrong in a page fails the test."""

import pytest

from tests import chromium

WRONG = {
    "console: told": "<script>console.error('told')</script>",
    "script: thrown": "<script>throw new Error('thrown')</script>",
    "script: rejected": "<script>Promise.reject(new Error('rejected'))</script>",
    "request: http://example.com/a.png": "<img src='http://example.com/a.png'>",
    "/other.png": "<img src='other.png'>",
    "example.com/a.css": "<link rel='stylesheet' href='//example.com/a.css'>",
    "dialog: 1": "<script>alert(1)</script>",
    "opened": "<script>open('about:blank')</script>",
}


@pytest.mark.parametrize("wrong", list(WRONG))
def test_what_goes_wrong_in_a_page_fails_the_test(wrong):
    with pytest.raises(AssertionError, match=wrong), chromium.page(WRONG[wrong]):
        pass


def test_a_failure_of_the_test_s_own_is_not_covered_up():
    with pytest.raises(ZeroDivisionError), chromium.page(WRONG["dialog: 1"]):
        1 / 0  # noqa: B018


def test_a_page_is_shown_as_asked(tmp_path):
    path = tmp_path / "a page.html"
    path.write_text("<title>one</title><a href='#two'>two</a><p id='two'>two")
    with chromium.page(path, width=390, dark=True, reduced_motion=True) as page:
        page.click("a")
        assert page.evaluate("innerWidth") == 390 and page.title() == "one"
        for query in ("(prefers-color-scheme: dark)", "(prefers-reduced-motion)"):
            assert page.evaluate(f"matchMedia('{query}').matches")
        picture = chromium.screenshot(page, tmp_path / "page.png")
        assert picture.read_bytes().startswith(b"\x89PNG")
    inline = "<img src='data:image/gif;base64,R0lGODlhAQABAAAAACw='>"
    with chromium.page(inline) as page:
        assert not page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
