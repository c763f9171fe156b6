"""`conventions()`: the published table of conventions, as text in a terminal."""

import pytest

from autograd import _generated, primitive
from autograd.checking.conventions import WIDTH, conventions
from autograd.primitives import ROWS, TABLE


def test_it_fits_the_terminal_and_loses_nothing_of_the_published_page():
    text = str(conventions())
    assert max(map(len, text.splitlines())) <= WIDTH
    words = text.split()
    page = _generated.conventions()
    published = page.replace("|", " ").replace("`", "").split()
    plain = " ".join(words).replace("`", "")
    for line in page.splitlines():
        cells = line.strip("| ").split(" | ")
        if line.startswith("| `"):
            assert f"{cells[0].strip('`')} {cells[1]}" in plain
    # remarks are wrapped, so words are counted; the page has a comment and rules more
    for word in set(words) - {"primitive"}:
        assert word.replace("`", "") in published, word
    assert sum(len(row.conventions) for row in TABLE) == sum(
        line.startswith("| `") for line in page.splitlines()
    )


def test_the_repr_is_the_text():
    assert repr(conventions("clip")) == str(conventions("clip"))


@pytest.mark.parametrize("row", [row for row in TABLE if row.conventions], ids=repr)
def test_one_primitive_has_a_line_for_each_convention(row):
    for name in (row.name, row.identifier, *row.aliases):
        found = conventions(name)
        assert found.primitives == (row,)
        lines = [x for x in str(found).splitlines() if x.startswith(row.identifier)]
        assert len(lines) == len(row.conventions)
        for line, at in zip(lines, row.conventions):
            assert repr(at.value) in line and repr(at.partials[-1]) in line


def test_where_none_is_published_it_says_so():
    assert str(conventions("neg")) == "no convention is published for neg"

    @primitive(partials=lambda out, x: 2 * x)
    def own_square(x):
        return x * x

    try:
        told = str(conventions("own_square"))
        assert told == "no convention is published for own_square"
    finally:
        del ROWS["own_square"]


def test_an_unknown_name_is_an_error_that_names_what_is_close():
    with pytest.raises(ValueError, match=r"named 'squrt'; did you mean 'sqrt' or"):
        conventions("squrt")
    with pytest.raises(ValueError, match=r"named 'xyzzy'; conventions\(\) lists all"):
        conventions("xyzzy")
    with pytest.raises(TypeError, match=r'a name like "sqrt", not 3'):
        conventions(3)
