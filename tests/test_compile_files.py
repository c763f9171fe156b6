"""Compiled functions in files: saved, loaded, and every file that nobody saved."""

import copy
import enum
import json
import math as stdlib
import pickle
import random
import struct
import sys
import tracemalloc
import warnings
import zlib
from array import array
from collections import namedtuple

import pytest

import autograd
from autograd import Value, compile, load
from autograd._engine import record
from autograd.compiling import files, loaded, sealing
from autograd.compiling.instructions import CALL, FIELDS
from autograd.compiling.layout import has_kernel
from autograd.compiling.paths import CompileWarning, Paths
from autograd.primitives import TABLE
from nn import MLP
from tests import fuzz_tapes
from tests.fuzz_tapes import CALLS, batch, case, columns_of, w

Point = namedtuple("Point", "x y")
Colour = enum.Enum("Colour", "RED")


def bits(thing):
    """A result with its floats as bits, and its types; every nan is the same."""
    if isinstance(thing, dict):
        return [(key, type(key), bits(part)) for key, part in thing.items()]
    if isinstance(thing, (list, tuple, array)):
        return type(thing), [bits(part) for part in thing]
    if isinstance(thing, float):
        return struct.pack("<d", thing) if thing == thing else "nan"
    return thing


def told(method, *args, **kwargs):
    """What a method gives, as bits; or what it complains of."""
    try:
        return bits(method(*args, **kwargs))
    except (ValueError, TypeError, IndexError) as error:
        return str(error)


def saved_and_loaded(compiled, tmp_path):
    return load(compiled.save(tmp_path / "step.tape"))


def contents(compiled, tmp_path):
    """The description in the file of a function, and its columns."""
    raw = compiled.save(tmp_path / "step.tape").read_bytes()
    text, columns, _ = sealing.opened(raw)
    return json.loads(text), columns


def refusal(path, raw):
    """Why a file cannot be loaded."""
    path.write_bytes(raw)
    with pytest.raises(ValueError) as caught:
        load(path)
    assert str(caught.value).startswith(f"cannot load {str(path)!r}: ")
    return str(caught.value).removeprefix(f"cannot load {str(path)!r}: ")


def refusal_of(path, facts, columns, asked=0):
    return refusal(path, sealing.sealed(json.dumps(facts).encode(), columns, asked))


def squared(x):
    return x * x * w[0]


@pytest.fixture
def square(tmp_path):
    """A small file's description, its columns, and where to write others."""
    compiled = compile(squared)
    compiled(2.0)
    return *contents(compiled, tmp_path), tmp_path / "other.tape"


# --- what is saved comes back ---------------------------------------------------------


@pytest.mark.parametrize("exact", [True, False])
@pytest.mark.parametrize("function", CALLS)
def test_every_method_gives_the_same_bits(function, exact, tmp_path):
    compiled = compile(function, exact=exact)
    for args, kwargs in CALLS[function]:
        compiled(*args, **kwargs)
    other = saved_and_loaded(compiled, tmp_path)
    assert other.name == compiled.name and other.exact is exact
    for args, kwargs in CALLS[function]:
        for method in ("__call__", "grad", "value_and_grad", "backward"):
            found = []
            for step, weights in ((compiled, w), (other, other.parameters)):
                for weight in weights:
                    weight.grad = 0
                found.append(told(getattr(step, method), *args, **kwargs))
                found.append({p.label: bits(p.grad) for p in weights if p.label})
            wanted, gradients, ours, theirs = found
            assert ours == wanted
            assert theirs == {label: gradients[label] for label in theirs}
        assert str(other.tape) == str(compiled.tape)
    assert [*other._paths] == [*compiled._paths]
    for ours, theirs in zip(other._paths.values(), compiled._paths.values()):
        assert [p.trail for p in ours.kept] == [p.trail for p in theirs.kept]


def test_batches_give_the_same_bits_on_every_path(tmp_path):
    dice = random.Random(1)
    points = [[dice.uniform(-3, 3) for _ in range(2)] for _ in range(500)]
    compiled = compile(fuzz_tapes.branches)
    for x, y in points:
        compiled(x, y)
    other = saved_and_loaded(compiled, tmp_path)
    columns = [array("d", column) for column in zip(*points)]
    for name in ("batch", "grad_batch", "value_and_grad_batch", "backward_batch"):
        ours, theirs = getattr(other, name), getattr(compiled, name)
        assert told(ours, *columns) == told(theirs, *columns)
    assert [told(other, *point) for point in points] == [
        told(compiled, *point) for point in points
    ]


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
def test_every_row_of_the_table_can_be_saved(row, tmp_path):
    points = [*row.samples, *[at.operands for at in row.conventions]]
    for exact in (True, False):
        compiled = compile(lambda xs: record(row, *xs), exact=exact)
        wanted = [told(compiled.value_and_grad, [*point]) for point in points]
        other = saved_and_loaded(compiled, tmp_path)
        assert [told(other.value_and_grad, [*point]) for point in points] == wanted


def test_many_structures_and_paths_are_loaded_in_silence(tmp_path):
    step = compile(lambda xs, i: xs[i] * w[0])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", CompileWarning)
        for count in range(1, 71):
            for i in range(count) if count == 70 else (0,):
                step([float(x) for x in range(count)], i)
    other = saved_and_loaded(step, tmp_path)
    assert len(other._paths) == 70
    assert other([float(x) for x in range(70)], 69) == 69 * w[0].data


def test_what_is_loaded_can_be_saved_again_to_the_same_bytes(tmp_path):
    for function, calls in CALLS.items():
        compiled = compile(function)
        for args, kwargs in calls:
            compiled(*args, **kwargs)
        first = compiled.save(tmp_path / "first").read_bytes()
        assert load(tmp_path / "first").save(tmp_path / "again").read_bytes() == first


def test_a_network_is_small_in_a_file(tmp_path):
    model = MLP(2, [16, 16, 1], seed=1)
    step = compile(lambda x, y: (model(x) - y) ** 2)
    step([1.0, 2.0], 1.0)
    size = step.save(tmp_path / "step.tape").stat().st_size
    assert len(load(tmp_path / "step.tape").parameters) == 337
    assert 8 * 337 < size < 8 * 337 + 1_500  # the parameters' numbers, and little else


# --- parameters -----------------------------------------------------------------------


def test_parameters_are_values_of_their_own_in_the_tapes_order(tmp_path):
    a, b = Value(2.0, label="a"), Value(-0.5)
    step = compile(lambda x: a * x + b if x > 0 else b * x)
    step(1.0)
    step(-1.0)
    a.data, a.grad = 3.0, 7.0
    other = saved_and_loaded(step, tmp_path)
    assert [(p.label, p.data, p.grad) for p in other.parameters] == [
        ("a", 3.0, 0.0),
        (None, -0.5, 0.0),
    ]
    assert all(p.is_leaf and p is not a and p is not b for p in other.parameters)
    other.parameters[0].data = 10.0  # read anew at each call, and a's is another
    assert (other(2.0), other.backward(2.0), step(2.0)) == (19.5, 19.5, 5.5)
    assert [p.grad for p in other.parameters] == [2.0, 1.0] and a.grad == 7.0


def test_a_parameter_that_was_computed_becomes_a_leaf(tmp_path):
    a = Value(2.0)
    inner = a * 3
    step = compile(lambda x: inner * x)
    step(1.0)
    other = saved_and_loaded(step, tmp_path)
    assert other.backward(5.0) == 30.0
    assert [(p.is_leaf, p.data, p.grad) for p in other.parameters] == [(True, 6.0, 5.0)]


@pytest.mark.parametrize("label", ["é\u202e", "\ud800", "<b>", "", "'\"\\\n"])
def test_labels_are_kept_as_they_are(label, tmp_path):
    weight = Value(1.0, label=label)
    step = compile(lambda x: weight * x)
    step(1.0)
    assert saved_and_loaded(step, tmp_path).parameters[0].label == label


# --- arguments, results, paths --------------------------------------------------------


def test_static_arguments_and_keys_come_back_with_their_types(tmp_path):
    statics = [None, True, False, "", "\ud800", b"\0\xff", "x" * 1_000]
    keys = [1, -(2**62), 0.5, -0.0, stdlib.inf, True, None, b"k", ("t", (1, None)), "s"]

    def function(thing, *, statics=()):
        return {key: [thing[key], {key: None}, statics] for key in thing}, (), {}, []

    step = compile(function)
    for static in statics:
        given = {key: float(i) for i, key in enumerate(keys)}
        step(given, statics=static)
    other = saved_and_loaded(step, tmp_path)
    for static in statics:
        given = {key: -float(i) for i, key in enumerate(keys)}
        assert bits(other(given, statics=static)) == bits(step(given, statics=static))


def test_arguments_are_taken_by_the_names_of_the_signature(tmp_path):
    def function(x, /, y, z=1.0, *rest, k, **more):
        return x + 2 * y + 4 * z + 8 * k + 16 * sum(rest) + 32 * sum(more.values())

    step = compile(function)
    calls = [
        ((1.0, 2.0), {"k": 3.0}),
        ((1.0,), {"y": 2.0, "k": 3.0, "z": 4.0}),
        ((1.0, 2.0, 3.0, 4.0), {"k": 3.0, "m": 5.0}),
    ]
    wanted = [step(*args, **kwargs) for args, kwargs in calls]
    other = saved_and_loaded(step, tmp_path)
    assert [other(*args, **kwargs) for args, kwargs in calls] == wanted
    with pytest.raises(TypeError, match="missing a required argument: 'k'"):
        other(1.0, 2.0, m=1.0)


def test_a_function_without_a_signature_is_called_by_position(tmp_path):
    class Function:
        __signature__ = "none"
        __qualname__ = "f"

        def __call__(self, x, k=2.0):
            return x * k

    step = compile(Function())
    step(1.0)
    assert saved_and_loaded(step, tmp_path)(3.0) == 6.0


def test_ints_and_floats_are_told_apart_only_where_an_int_is_needed(tmp_path):
    step = compile(lambda xs, i: xs[i] * 2)
    step([1.0, 2.0], 1)
    other = saved_and_loaded(step, tmp_path)
    assert other([3, 5], 1) == other([3.0, 5], 1) == 10.0
    assert other.batch([[1, 2], [3, 4]], 1) == array("d", [6.0, 8.0])
    for args in (((1, 2), 1), ([1, 2, 3], 1), ([1, True], 1)):
        with pytest.raises(ValueError, match=r"was recorded for .* and not for \("):
            other(*args)
    for method in (other, other.grad, lambda xs, i: other.batch([[1], [2]], [i])):
        with pytest.raises(ValueError, match=r"no path .* on which x2 is 1\.0\. Call"):
            method([1.0, 2.0], 1.0)
    step = compile(lambda p: p["a"])
    step({"a": 1.0})
    other = saved_and_loaded(step, tmp_path)
    assert other({"a": 2}) == 2.0
    with pytest.raises(ValueError, match=r"for \({'a': .* and not for \({'b': number"):
        other({"b": 2})


def test_a_method_of_an_instance_can_be_saved(tmp_path):
    class Line:
        def __init__(self):
            self.slope = Value(2.0)

        @compile
        def at(self, x):
            return self.slope * x

    line = Line()
    line.at(1.0)
    other = saved_and_loaded(line.at, tmp_path)
    assert other(3.0) == 6.0 and other(x=3.0) == 6.0

    class Holder:
        at = other

    assert Holder().at(3.0) == Holder.at(3.0) == 6.0


def test_copies_and_pickles_have_parameters_of_their_own(tmp_path):
    weight = Value(2.0, label="w")
    step = compile(lambda x: weight * x if x > 0 else -x, exact=True)
    assert (step(1.0), step(-1.0)) == (2.0, 1.0)
    loaded = saved_and_loaded(step, tmp_path)
    loaded.parameters[0].data = 5.0
    pickled = pickle.loads(pickle.dumps(loaded))
    for other in (copy.copy(loaded), copy.deepcopy([loaded])[0], pickled):
        assert (other(2.0), other(-2.0), other.exact) == (10.0, 2.0, True)
        assert (other.name, other.parameters[0].label) == (loaded.name, "w")
        assert other.backward(1.0) == 5.0 and loaded.parameters[0].grad == 0


def test_compiling_what_is_compiled_already(tmp_path):
    for exact in (True, False):
        step = compile(lambda x: x * 2, exact=exact)
        step(1.0)
        loaded = saved_and_loaded(step, tmp_path)
        assert compile(loaded, exact=exact) is loaded
        with pytest.raises(
            ValueError, match=f"exact={not exact}, as it was saved with"
        ):
            compile(loaded, exact=not exact)


def test_equal_arguments_of_other_types_are_told_apart(tmp_path):
    step = compile(lambda p: p[1] * 2)
    step({1: 3.0})
    other = saved_and_loaded(step, tmp_path)
    assert other({1: 4.0}) == 8.0
    for key in (1.0, True):
        with pytest.raises(ValueError, match=r"was recorded for .* and not for"):
            other({key: 4.0})


def test_nan_finds_its_path_in_a_file(tmp_path):
    step = compile(lambda x, y: x * 2 if y in {1.0, 2.0} else x * 3)
    step(1.0, stdlib.nan)
    other = saved_and_loaded(step, tmp_path)
    assert other(2.0, float("nan")) == 6.0
    with pytest.raises(ValueError, match=r"no path .* on which x1 is 1\.0"):
        other(2.0, 1.0)


# --- what was not recorded ------------------------------------------------------------


def test_what_was_not_recorded_is_named_with_the_remedy(tmp_path):
    def function(xs, i, mode):
        if xs[0] > 1:
            return xs[i]
        return xs[0] * w[0] if mode == "a" else xs[1]

    step = compile(function)
    step([2.0, 3.0], 1, "a")
    step([0.0, 3.0], 1, "a")
    other = saved_and_loaded(step, tmp_path)
    start = (
        "test_what_was_not_recorded_is_named_with_the_remedy.<locals>.function comes"
    )
    start += " from a file: "
    end = ". Call the Python function once with such arguments, and save it again"
    for args, what in [
        (([2.0, 3.0], 0, "a"), "no path was recorded on which x2 is 0"),
        (
            ([2.0, 3.0, 4.0], 1, "a"),
            "it was recorded for ([2 × number], number, 'a') and not for "
            "([3 × number], number, 'a')",
        ),
        (
            ({"x": 1.0}, True, None),
            "it was recorded for ([2 × number], number, 'a') and not for "
            "({'x': number}, True, None)",
        ),
    ]:
        for method in (other, other.grad, other.backward):
            with pytest.raises(ValueError) as caught:
                method(*args)
            assert str(caught.value) == start + what + end
    assert len(other._paths) == 1  # nothing is kept of what was refused

    step = compile(fuzz_tapes.branches)
    step(2.0, 1.0)
    other = saved_and_loaded(step, tmp_path)
    for args, what in [
        ((0.5, 0.1), "x0 > 1 is False"),
        ((0.5, 2.0), "x0 > x1 is False"),
    ]:
        for method in (other, lambda x, y: other.batch([2.0, x], [1.0, y])):
            with pytest.raises(
                ValueError, match=f"no path .* on which {what}. Call the"
            ):
                method(*args)


def test_without_python_it_cannot_be_recorded(tmp_path):
    step = compile(squared)
    step(1.0)
    other = saved_and_loaded(step, tmp_path)
    for attempt, what in [
        (lambda: other.stages(1.0), "cannot be recorded anew"),
        (lambda: compile(lambda x: other(x))(1.0), "be called while another function"),
        (lambda: compile(other, exact=True), "be compiled with exact=True"),
    ]:
        with pytest.raises(ValueError, match=what):
            attempt()
    assert repr(other) == "<compiled squared>" and other.__name__ == "squared"


# --- what cannot be saved -------------------------------------------------------------


@autograd.primitive(partials=lambda out, x: 2.0)
def own(x):
    return x * 2


@pytest.mark.parametrize(
    ("function", "args", "what"),
    [
        (lambda x, mode: x, (1.0, len), "argument 'mode' is <built-in function len>"),
        (lambda x, c: x, (1.0, Colour.RED), "argument 'c' is <Colour.RED: 1>"),
        (lambda p: p.x, (Point(1.0, 2.0),), "argument 'p' is a named tuple Point"),
        (lambda p: p[0][1].x, ([[1, Point(1.0, 2.0)]],), r"'p'\[0\]\[1\] is a named"),
        (
            lambda p: p["a"],
            ({"a": 1.0, Colour.RED: 1},),
            "a key of argument 'p' is <Co",
        ),
        (lambda *ps: ps[0], (1.0, {"f": abs}), r"argument 1\['f'\] is <built-in"),
        (lambda x: Point(x, 2.0), (1.0,), "the result is a named tuple Point"),
        (lambda x: own(x), (1.0,), "uses 'own', a primitive of your own"),
        (lambda p: p[2**64], ({2**64: 1.0},), "a key of argument 'p' is 18446744073"),
    ],
)
def test_what_is_python_s_cannot_be_saved(function, args, what, tmp_path):
    step = compile(function)
    step(*args)
    with pytest.raises(TypeError, match=rf"^.*<lambda> cannot be saved: .*{what}"):
        step.save(tmp_path / "step.tape")
    assert list(tmp_path.iterdir()) == []


def test_a_keyword_s_argument_is_named(tmp_path):
    step = compile(lambda x, **more: x)
    step(1.0, mode=len)
    with pytest.raises(TypeError, match=r"saved: keywords\['mode'\] is <built-in"):
        step.save(tmp_path / "step.tape")


def test_lists_in_lists_have_an_end(tmp_path):
    def nested(depth, inner):
        for _ in range(depth):
            inner = [inner]
        return inner

    step = compile(lambda thing: 1.0)
    step(nested(60, 1.0))
    assert saved_and_loaded(step, tmp_path)(nested(60, 1.0)) == 1.0
    step(nested(70, 1.0))
    with pytest.raises(ValueError, match="is nested more than 64 deep"):
        step.save(tmp_path / "step.tape")


def test_what_was_never_recorded_cannot_be_saved(tmp_path):
    def fails(x):
        raise RuntimeError("no")

    step = compile(fails)
    for _ in range(2):
        with pytest.raises(ValueError, match="nothing is recorded; call it first"):
            step.save(tmp_path / "step.tape")
        with pytest.raises(RuntimeError):
            step(1.0)


# --- other versions -------------------------------------------------------------------


def test_rows_are_known_by_name_whatever_their_place_in_the_table(
    tmp_path, monkeypatch
):
    step = compile(fuzz_tapes.table_rows)
    wanted = step(0.3, 1.7)
    other_table = [*TABLE[7:], *TABLE[:7]]
    flat = step.tape.instructions
    for k in range(0, len(flat), FIELDS):
        if flat[k] < CALL:
            flat[k] = other_table.index(TABLE[flat[k] - 1]) + 1
    with monkeypatch.context() as patched:
        codes = {row.name: code for code, row in enumerate(other_table, start=1)}
        patched.setattr(files, "TABLE", other_table)
        patched.setattr(files, "CODES", codes)
        step.save(tmp_path / "step.tape")
    assert bits(load(tmp_path / "step.tape")(0.3, 1.7)) == bits(wanted)


def test_an_unknown_row_is_named(square):
    facts, columns, path = square
    facts["rows"][0][0] = "warp"
    facts["version"] = "9.1"
    message = "it uses the primitive 'warp', and the table of this version of scalar-"
    message += "autograd has none; '9.1' wrote it"
    assert refusal_of(path, facts, columns) == message
    facts["rows"][0][0] = own.__name__  # known, but not of the table
    assert "it uses the primitive 'own'" in refusal_of(path, facts, columns)


def test_a_rule_that_has_changed_since_is_a_warning(square):
    facts, columns, path = square
    facts["rows"][0][1] = "01234567"
    path.write_bytes(sealing.sealed(json.dumps(facts).encode(), columns, 0))
    with pytest.warns(CompileWarning, match=r"other rules for \*: its numbers may"):
        other = load(path)
    assert other(3.0) == 9.0 * w[0].data


def test_fingerprints_tell_rows_apart():
    with_kernel = [row for row in TABLE if has_kernel(row)]
    prints = {files.fingerprint(row) for row in with_kernel}
    assert len(prints) == len(with_kernel) > 60


def test_a_newer_format_says_so(square):
    facts, columns, path = square
    raw = bytearray(sealing.sealed(json.dumps(facts).encode(), columns, 0))
    raw[8] += 1
    assert refusal(path, bytes(raw)) == (
        "its format is 2, of a newer scalar-autograd; this one reads 1: install the "
        "newer one"
    )


def test_the_order_of_bytes_in_a_file_is_the_same_everywhere(square, monkeypatch):
    facts, columns, path = square
    swapped = {"little": "big", "big": "little"}[sys.byteorder]
    assert columns[:8] == struct.pack("<d", w[0].data)
    monkeypatch.setattr(sys, "byteorder", swapped)
    _, other = sealing.written({}, [array("d", [w[0].data])])
    assert other == struct.pack(">d", w[0].data)  # as there, seen from here
    assert sealing.Columns(other).take("d", 1)[0] == w[0].data


# --- files that nobody saved ----------------------------------------------------------


def test_every_file_that_is_cut_off_or_has_a_wrong_bit_is_refused(square):
    facts, columns, path = square
    whole = sealing.sealed(json.dumps(facts).encode(), columns, 0)
    for length in range(len(whole)):
        reason = refusal(path, whole[:length])
        assert reason.startswith("it is cut off") or (length == 0 and "empty" in reason)
    for place in range(len(whole)):
        for bit in range(8):
            changed = bytearray(whole)
            changed[place] ^= 1 << bit
            assert refusal(path, bytes(changed))
    assert refusal(path, whole + b"\0").startswith("it is too long")
    head = sealing.HEAD.unpack_from(whole)
    longer = sealing.HEAD.pack(*head[:-1], len(whole) + 2)
    for end, holds in ((b"\0\0", True), (b"\0\1", False)):  # zeros mean nothing
        packed = whole[sealing.START :] + end
        path.write_bytes(longer + sealing._checksum(longer, packed) + packed)
        if holds:
            assert load(path)(3.0) == 9.0 * w[0].data
        else:
            assert "does not unpack" in refusal(path, path.read_bytes())
    assert refusal(path, b"{}") == (
        "it was not written by the save() of a compiled function"
    )
    path.write_bytes(whole)
    assert load(path)(3.0) == 9.0 * w[0].data


def test_files_and_folders_that_are_not_there(tmp_path):
    with pytest.raises(FileNotFoundError):
        load(tmp_path / "none")
    with pytest.raises(IsADirectoryError, match="it is a folder; give the file"):
        load(tmp_path)
    step = compile(squared)
    step(1.0)
    with pytest.raises(FileNotFoundError, match="does not exist; make it first"):
        step.save(tmp_path / "none" / "step.tape")


NOT_JSON = [
    *(b"", b"[" * 100_000, b"{}", b"[]", b"null", b"\xff", b"NaN", b"1e9"),
    *(b'{"function": 1' + b"0" * 5_000, b'{"a":' * 50_000, b'"\\ud800"'),
]


@pytest.mark.parametrize("text", NOT_JSON, ids=lambda text: ascii(text[:12]))
def test_a_description_that_is_none_is_refused(text, tmp_path):
    reason = refusal(tmp_path / "x", sealing.sealed(text, b"", 2**24))
    assert len(reason) < 150 and reason.isprintable()


LIES = {
    "name": (["function"], 5, "its function has no name"),
    "no name": (["function"], None, "its function has no name"),
    "exact": (["exact"], 1, "its function has no name"),
    "labels": (["labels"], {}, "its parameters have no labels"),
    "a label": (["labels", 0], 5, "label must be a str or None"),
    "more labels": (["labels"], [None] * 9, "its columns are not as long as it says"),
    "signature": (["signature", 0, 1], 9, "its description is not whole"),
    "parameter": (["signature", 0, 0], "not a name", "is not a valid parameter name"),
    "nothing": (["structures"], [], "nothing is recorded in it"),
    "no path": (["structures", 0, "paths"], [], "a structure has no path"),
    "arguments": (["structures", 0, "arguments"], [], "its structures are others"),
    "keywords": (["structures", 0, "keywords"], "number", "by keyword are none"),
    "kind": (
        ["structures", 0, "arguments", 0],
        ["set", []],
        "a structure in it is none",
    ),
    "named": (
        ["structures", 0, "arguments", 0],
        ["named", "Point", [[2, "number"]]],
        "a structure in it is none",
    ),
    "static": (
        ["structures", 0, "arguments", 0],
        ["static", ["function", "os.system"]],
        "a constant in it is none",
    ),
    "never": (
        ["structures", 0, "arguments", 0],
        ["list", [[0, "number"]]],
        "a part that occurs never",
    ),
    "keys": (
        ["structures", 0, "arguments", 0],
        ["dict", ["a"], [[2, "number"]]],
        "other keys than it has parts",
    ),
    "many": (
        ["structures", 0, "arguments", 0],
        ["list", [[10**18, ["static", None]]]],
        "it asks for more memory",
    ),
    "many of many": (
        ["structures", 0, "arguments", 0],
        ["list", [[10**4, ["list", [[10**4, ["list", [[10**4, "number"]]]]]]]]],
        "it asks for more memory",
    ),
    "returns": (
        ["structures", 0, "paths", 0, "returns"],
        "whole",
        "a structure in it is none",
    ),
    "results": (
        ["structures", 0, "paths", 0, "returns"],
        ["list", [[2, "number"]]],
        "its structures are others",
    ),
    "slots": (["structures", 0, "paths", 0, "layout", 4], 2**31 - 1, "more memory"),
    "instructions": (
        ["structures", 0, "paths", 0, "counts", 0],
        2**31 - 1,
        "its columns are not as long as it says",
    ),
    "negative": (["structures", 0, "paths", 0, "counts", 1], -1, "its counts are none"),
    "too large": (["structures", 0, "paths", 0, "counts", 1], 2**31, "counts are none"),
    "a bool": (["structures", 0, "paths", 0, "counts", 1], True, "its counts are none"),
    "a half": (["structures", 0, "paths", 0, "counts", 1], 0.5, "should"),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_description_that_lies_is_refused(lie, square):
    facts, columns, path = square
    trail, thing, reason = LIES[lie]
    holder = facts
    for key in trail[:-1]:
        holder = holder[key]
    holder[trail[-1]] = thing
    assert reason in refusal_of(path, facts, columns)


def test_columns_that_lie_are_refused(tmp_path):
    step = compile(fuzz_tapes.indexed)
    for args, kwargs in CALLS[fuzz_tapes.indexed]:
        step(*args, **kwargs)
    facts, columns = contents(step, tmp_path)
    lies = {
        "field 0": (10**6, "instruction 0 is none"),
        "field 1": (2**27, "it asks for more memory"),
        "field 2": (-1, "an instruction computes nothing"),
        "field 3": (0, "computes out of place"),
        "field 4": (2**31 - 1, "reads what is not there"),
        "parameters": (-1, "it points nowhere"),
        "questions": (99, "a question in it is none"),
        "outputs": (-(2**31), "the tape is damaged: an output"),
    }
    told_lies = set()
    for name, start, count, size, _ in columns_of(facts):
        if name in lies and count and name not in told_lies:
            number, reason = lies[name]
            told_lies.add(name)
            changed = bytearray(columns)
            changed[start : start + size] = struct.pack("<i", number)
            found = refusal_of(tmp_path / "x", facts, bytes(changed))
            assert reason in found or (name == "field 4" and "is not there" in found)
    assert told_lies == set(lies)


def test_a_trail_without_its_guards_is_refused(tmp_path):
    step = compile(fuzz_tapes.branches)
    step(2.0, 1.0)
    facts, columns = contents(step, tmp_path)
    (start,) = [start for name, start, *_ in columns_of(facts) if name == "questions"]
    assert columns[start : start + 8] == struct.pack("<ii", -1, -1)
    changed = bytearray(columns)
    changed[start : start + 4] = struct.pack("<i", 0)
    found = refusal_of(tmp_path / "x", facts, bytes(changed))
    assert found == "it is damaged: its guards are not those it asks"


def test_a_name_that_cannot_be_printed_is_shown_in_short(square):
    facts, columns, path = square
    facts["function"] = "\x1b[31m\u202e" + "x" * 10_000
    path.write_bytes(sealing.sealed(json.dumps(facts).encode(), columns, 0))
    other = load(path)
    assert other.name.isprintable() and len(other.name) == 200


def peak_of(path, raw):
    """The most memory that refusing a file takes, beside the file."""
    tracemalloc.start()
    try:
        refusal(path, raw)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_a_small_file_is_never_a_large_allocation(square):
    facts, columns, path = square
    text = json.dumps(facts).encode()
    zeros = zlib.compress(bytes(2**28))
    for sizes in ((10, 2**28), (10, 20), (2**28, 2**28), (2**31, 2**40)):
        head = sealing.HEAD.pack(sealing.MAGIC, 1, *sizes, sealing.START + len(zeros))
        raw = head + sealing._checksum(head, zeros) + zeros
        assert peak_of(path, raw) < 2**20 + 130 * len(raw)
    empties = b"[" + b"[]," * 2**19 + b"[]]"
    for raw in (
        sealing.sealed(empties, b"", 0),
        sealing.sealed(text, bytes(2**27), 0),
    ):
        assert len(raw) < 2**19 and peak_of(path, raw) < 2**22


def test_forks_are_counted(tmp_path):
    def countdown(x):
        while x > 0:
            x = x - 1.0
        return x

    step = compile(countdown)
    step(1_000.0)
    facts, columns = contents(step, tmp_path)
    memory = sealing.Memory(0)
    memory.most = stdlib.inf
    files.unpacked(json.dumps(facts).encode(), columns, memory)
    assert memory.asked > 1_000 * 300


def test_much_that_is_asked_for_makes_a_file_longer(tmp_path):
    def function(xs):
        return autograd.sum([x * x for x in xs])

    step = compile(function)
    sizes = []
    for count in (100, 30_000, 200_000):
        step = compile(function)
        xs = [0.5] * count
        wanted = step(xs)
        sizes.append(step.save(tmp_path / "step.tape").stat().st_size)
        assert load(tmp_path / "step.tape")(xs) == wanted
    assert sizes[0] < 600 and sizes[1] < 16_000 < sizes[2] < 200_000


# --- paths that contradict each other -------------------------------------------------


@pytest.fixture
def turns(monkeypatch):
    """An endless loop fails instead."""
    count, after = 0, Paths.after

    def counted(*args):
        nonlocal count
        count += 1
        assert count < 100_000, "an endless loop"
        return after(*args)

    monkeypatch.setattr(Paths, "after", counted)


@pytest.mark.parametrize(
    ("function", "paths"), [(fuzz_tapes.guarded, 5), (fuzz_tapes.looked_at, 4)]
)
def test_a_known_path_is_found_again_whatever_was_guessed(function, paths, turns):
    """An argument that is needed on one branch only is unknown on a wrong guess."""
    step = compile(function)
    dice = random.Random(1)
    calls = [args for args, _ in CALLS[function]]
    for args in calls:
        step(*args)
    (known,) = step._paths.values()
    assert len(known.kept) == paths
    for args in dice.choices(calls, k=200):
        assert step(*args) == function(*args)
    assert len(known.kept) == paths
    for _ in range(200):
        args = [1.0, 2.0, 3.0], dice.randrange(2), dice.uniform(-4, 4)
        assert abs(step(*args) - function(*args)) < 1e-12


def above(products, difference):
    return products * 3 if difference > 0 else difference * 5


def equal(products, difference):
    return products * 3 if difference == 0 else difference * 5


@pytest.mark.parametrize("choice", [above, equal])
def test_a_comparison_that_rounding_decides_is_no_endless_loop(choice, tmp_path, turns):
    """On one path the sum is one instruction, on the other two."""

    def function(xs, ys, z):
        products = sum(x * y for x, y in zip(xs, ys))
        return choice(products, products + z)

    step = compile(function)
    ones = [1.0] * 9
    for z in (0.0, 9.0, -9.0):
        step([-1.0] * 9, ones, z)
        step(ones, ones, z)
    other = saved_and_loaded(step, tmp_path)
    dice = random.Random(1)
    for _ in range(1_000):
        xs, ys = [[dice.uniform(-1, 1) for _ in range(9)] for _ in "xy"]
        z = -sum(x * y for x, y in zip(xs, ys)) * (1 + dice.randrange(-1, 2) * 2e-16)
        columns = [[[x] for x in column] for column in (xs, ys)]
        for method in (step, other):  # a file has no other path than these
            for found in (method(xs, ys, z), *method.batch(*columns, [z])):
                assert abs(found + 3 * z) < 1e-12 or abs(found) < 1e-12


def test_paths_of_a_file_that_contradict_each_other_are_no_endless_loop(
    tmp_path, turns
):
    step = compile(lambda x: x if x < 0 else -x)
    step(-1.0)
    step(1.0)
    facts, columns = contents(step, tmp_path)
    guards = [start for name, start, *_ in columns_of(facts) if name == "guards"]
    changed = bytearray(columns)
    changed[guards[1] : guards[1] + 4] = struct.pack("<i", 2)  # > in place of <
    path = tmp_path / "x"
    path.write_bytes(sealing.sealed(json.dumps(facts).encode(), bytes(changed), 0))
    other = load(path)
    assert {other(1.0), *other.batch([1.0, 2.0, -1.0])} <= {1.0, -1.0, 2.0, -2.0}


def test_a_nan_that_is_needed_as_it_is_is_no_endless_loop():
    step = compile(lambda x, i: x * i if i in {1.0, 2.0} else x)  # looked up as it is
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", CompileWarning)
        assert step.batch([3.0, 4.0], [stdlib.nan, stdlib.nan]) == array("d", [3, 4])


# --- the fuzzer -----------------------------------------------------------------------


def test_the_fuzzer_finds_nothing():
    report = batch(seed=0, first=0, count=200)
    assert report["failures"] == []
    kinds = {outcome: 0 for _, outcome, _ in report["kinds"]}
    for _, outcome, count in report["kinds"]:
        kinds[outcome] += count
    assert kinds["accepted"] > 20 and kinds["refused"] > 100


def _an_error_of_another_kind(patched):
    patched.setattr(loaded, "unpacked", lambda *contents: {}["x"])


def _a_place_that_is_not_there(patched):
    patched.setattr(files, "_trail", lambda *columns: [(10**6, 1.0)])


@pytest.mark.parametrize(
    "fault",
    [
        _an_error_of_another_kind,
        _a_place_that_is_not_there,
    ],
)
def test_the_fuzzer_finds_a_planted_fault(fault, monkeypatch):
    fault(monkeypatch)
    assert batch(seed=0, first=1, count=60)["failures"]


def test_a_case_follows_from_its_seed_and_index():
    assert case(3, 7) == case(3, 7) != case(3, 8)
