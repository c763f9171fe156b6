"""`python -m tests.fuzz_tapes --seconds 60`: files that nobody saved.

Saved functions are cut off, spliced, changed bit by bit, told lies about their lengths,
and given numbers that no tape has - with the checksum made right again, so that all of
it is read. `load` may refuse a file with its ValueError, or accept it; then everything
that it holds is run: it may compute nonsense, and complain of it, but not crash, hang,
or take more memory than such a file may. Where there are two interpreters, both must
accept the same tapes, and in order (`exact`) compute the same bits. A case follows from
its seed and its index alone. Batches run in processes of their own, so that a crash is
a finding, too. The seconds are of CPU time, for all seeds together.
"""

import collections
import contextlib
import json
import math as stdlib
import os
import random
import re
import struct
import tempfile
import time
import warnings
import zlib
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import autograd
from autograd import Value, math
from autograd.compiling import files, interpreter, loaded, sealing
from autograd.compiling.instructions import FIELDS
from autograd.compiling.paths import CompileWarning
from autograd.compiling.structure import put_together
from tests.fuzzing import Fuzzer

ROOT = Path(__file__).parents[1]
SECONDS_A_CASE, CASES_A_BATCH, LONGEST = 10.0, 1_000, 1_200
MOST_MEMORY = 3 * 2**30  # of addresses, where no sanitizer needs them all
SMALL = 20_000  # instructions' results, for the slower of two interpreters
NUMBERS = [0.7, -1.3, 2.0, 0.0, -0.0, 1e300, 5e-324, -17.25, stdlib.inf, stdlib.nan]
EXTREME = [
    *(
        0,
        1,
        -1,
        2,
        3,
        7,
        8,
        31,
        32,
        33,
        100,
        1_000,
        65_535,
        65_536,
        10**6,
        2**24,
        2**26,
    ),
    *(2**27, 2**27 + 1, 2**30, 2**31 - 1, 2**31 - 2, -(2**31), -(2**31) + 1, -2, -100),
]
COUNTS = [*EXTREME, 2**31, 2**32, 2**63, 2**64 - 1, 10**19, -(10**18)]
# What running a tape of nonsense may say
COMPLAINTS = ValueError, TypeError, IndexError


# --- files that were saved ---------------------------------------------------------

w = [Value(0.1 * k - 0.3, label=f"w{k}" if k % 2 else None) for k in range(12)]


def neuron(xs, bias):
    return math.tanh(math.dot(w[:4], xs) + bias * w[4])


def layers(xs):
    rows = [w[0:4], w[4:8], w[8:12]]
    hidden = [sum(a * x for a, x in zip(row, xs)).tanh() for row in rows]
    return math.softmax([sum(a * h for a, h in zip(row, hidden)) for row in rows])


def branches(x, y):
    if x > y:
        return x * w[0] if x > 1 else x - y
    while x * x > 0.5:
        x = x * 0.5
    return x + y * w[1]


def indexed(table, i, mode="a"):
    picked = table[i] * w[2]
    return picked if mode == "a" else picked + math.take(table, i - 1)


def guarded(table, i, x):
    if x > 0:
        return table[i] * x
    return -x if x > -1 or i == 0 else table[i + 1]


def looked_at(table, i, x):
    picked = table[i]
    return picked * x if picked > x else x - picked


def rounded(table, x):
    i = round(x)
    return table[i] * x if x == 0 or i > 0 else -x


def lists(p):
    xs = p["x"]
    several = [math.logsumexp(xs), math.max(xs), math.min(xs), math.prod(xs)]
    return {"sum": math.sum(several), 3: math.hypot(*xs), None: [xs[0], p["y"][1]]}


def many(xs):
    return sum([100 * (b - a * a) ** 2 + (1 - a) ** 2 for a, b in pairwise(xs)])


def table_rows(x, y):
    return [
        *(math.gelu(x), math.lgamma(y), math.digamma(y), math.erf(x), x % y, x // y),
        *(math.atan2(x, y), math.copysign(x, y), math.fma(x, y, x), abs(x) ** y),
        *(math.clip(x, -1, 1), math.log1p(abs(x)), math.cbrt(y), math.sigmoid(x)),
    ]


CALLS = {
    neuron: [(([0.5, -1.0, 2.0, 0.1], 1.0), {})],
    layers: [(([0.5, -1.0, 2.0, 0.1],), {}), (((1.0, 2.0, 3.0, 4.0),), {})],
    branches: [((x, y), {}) for x in (-2.0, 0.1, 0.9, 3.0) for y in (-1.0, 0.5, 2.0)],
    indexed: [
        *[(([1.0, 2.0, 3.0], i), {}) for i in (0, 1, 2, -1)],
        (([1.0, 2.0, 3.0], 1), {"mode": "b"}),
    ],
    lists: [(({"x": [0.5, 1.5, -2.0], "y": (1.0, 2, "é", True, b"\0", None)},), {})],
    guarded: [
        *[(([1.0, 2.0, 3.0], i, x), {}) for i in (0, 1) for x in (2.0, -0.5, -3.0)],
    ],
    looked_at: [
        *[(([1.0, 2.0, 3.0], i, x), {}) for i in (0, 1) for x in (0.5, 4.0)],
    ],
    rounded: [(([1.0, 2.0, 3.0], x), {}) for x in (0.0, 0.3, 1.1, 2.2, -1.0)],
    many: [(([0.1 * k for k in range(count)],), {}) for count in (3, 40)],
    table_rows: [((0.3, 1.7), {}), ((0.3, 2), {})],
}


def saved_files():
    """Contents of the files, as `sealed` takes them."""
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for function, calls in CALLS.items():
            for exact in (False, True):
                compiled = autograd.compile(function, exact=exact)
                for args, kwargs in calls:
                    compiled(*args, **kwargs)
                raw = compiled.save(Path(folder) / "saved").read_bytes()
                found.append((raw, *sealing.opened(raw)[:2]))
    return found


FILES = saved_files()


# --- and files that were not -------------------------------------------------------


@dataclass(frozen=True)
class Case:
    """A file, and how it was made."""

    kind: str
    raw: bytes


def case(seed: int, index: int) -> Case:
    """The case of this index in the stream of this seed."""
    dice = random.Random(f"{seed}:{index}")
    kinds = [cut, flipped, characters, headers, packings, spliced, bomb]
    often = [contents, described, described, numbered, numbered, numbered, numbered]
    made = dice.choice(kinds if dice.random() < 0.3 else often)
    return Case(made.__name__, made(dice))


def resealed(dice, text, columns):
    """With a right checksum, and now and then with much memory to ask for."""
    asked = dice.choice((0, 0, 2**22, 2**26))
    return sealing.sealed(text, columns, asked)


def with_checksum(head, packed):
    return head + sealing._checksum(head, packed) + packed


def cut(dice):
    raw = dice.choice(FILES)[0]
    place = dice.randrange(len(raw) + 1)
    return raw[:place] + bytes(dice.choice((0, 0, 1, len(raw) - place)))


def flipped(dice):
    return bits_flipped(dice, dice.choice(FILES)[0])


def bits_flipped(dice, raw):
    changed = bytearray(raw)
    for _ in range(dice.choice((1, 1, 1, 2, 5, 50))):
        if changed:
            changed[dice.randrange(len(changed))] ^= 1 << dice.randrange(8)
    return bytes(changed)


def characters(dice):
    raw = dice.randbytes(dice.choice((0, 1, 8, 20, 64, 65, 200, 5_000)))
    return raw if dice.random() < 0.5 else sealing.MAGIC + raw


def headers(dice):
    raw = dice.choice(FILES)[0]
    fields = list(sealing.HEAD.unpack_from(raw))
    bits = (0, 32, 32, 64, 64)
    for _ in range(dice.choice((1, 1, 2))):
        place = dice.randrange(1, 5)
        changed = dice.choice([*COUNTS, fields[place] + 1, fields[place] - 1])
        fields[place] = changed % 2 ** bits[place]
    return with_checksum(sealing.HEAD.pack(*fields), raw[sealing.START :])


def packings(dice):
    """Other bytes where the packed content is."""
    raw, text, columns = dice.choice(FILES)
    packed = raw[sealing.START :]
    kind = dice.randrange(4)
    if kind == 0:
        packed = bits_flipped(dice, packed)
    elif kind == 1:
        packed = packed[: dice.randrange(len(packed))]
    elif kind == 2:
        packed += dice.randbytes(dice.choice((1, 100)))
    else:
        packed = zlib.compress((text + columns) * dice.choice((0, 2, 1_000)))
    fields = list(sealing.HEAD.unpack_from(raw))
    fields[4] = sealing.START + len(packed)
    return with_checksum(sealing.HEAD.pack(*fields), packed)


def spliced(dice):
    one, other = dice.choice(FILES), dice.choice(FILES)
    kind = dice.randrange(3)
    if kind == 0:
        a, b = dice.randrange(len(one[0])), dice.randrange(len(other[0]))
        return one[0][:a] + other[0][b:]
    if kind == 1:
        return resealed(dice, one[1], other[2])
    a, b = dice.randrange(len(one[2]) + 1), dice.randrange(len(other[2]) + 1)
    return resealed(dice, one[1], one[2][:a] + other[2][b:])


def contents(dice):
    """Bits flipped before it is sealed."""
    _, text, columns = dice.choice(FILES)
    kind = dice.randrange(3)
    if kind == 0:
        return resealed(dice, bits_flipped(dice, text), columns)
    if kind == 1:
        return resealed(dice, text, bits_flipped(dice, columns))
    a, b = sorted((dice.randrange(len(columns) + 1), dice.randrange(len(columns) + 1)))
    return resealed(dice, text, columns[:a] + columns[b:])


def some_json(dice, depth=3):
    kind = dice.randrange(12 if depth else 8)
    if kind < 3:
        return dice.choice(COUNTS)
    if kind < 6:
        words = ["number", "static", "list", "tuple", "dict", "named", "int"]
        odd = [
            "float",
            "bytes",
            "0x1p-1074",
            "0x1p9999",
            "ff",
            "nan",
            "",
            "\ud800",
            "dot",
        ]
        return dice.choice([*words, *odd, "\0\x1b[31m", "x" * 300, "+", "smooth_abs"])
    if kind < 8:
        return dice.choice((None, True, False, 0.5, 1e300, stdlib.inf, 10**25))
    count = dice.randrange(4)
    if kind < 11:
        return [some_json(dice, depth - 1) for _ in range(count)]
    names = ["function", "paths", "counts", "layout", "returns", "x"]
    return {dice.choice(names): some_json(dice, depth - 1) for _ in range(count)}


def places_in(facts):
    """Every place where JSON has something: what holds it, and the key."""
    found, stack = [], [facts]
    while stack:
        thing = stack.pop()
        keys = list(thing) if isinstance(thing, dict) else range(len(thing))
        for key in keys:
            found.append((thing, key))
            if isinstance(thing[key], (dict, list)):
                stack.append(thing[key])
    return found


def described(dice):
    """Other facts: entries changed, taken away, doubled, exchanged."""
    _, text, columns = dice.choice(FILES)
    facts = json.loads(text)
    for _ in range(dice.choice((1, 1, 2, 4))):
        places = places_in(facts)
        if not places:
            break
        holder, key = dice.choice(places)
        kind = dice.randrange(6)
        if kind == 0:
            holder[key] = some_json(dice)
        elif kind == 1:
            del holder[key]
        elif kind == 2 and isinstance(holder, list):
            holder.insert(key, json.loads(json.dumps(holder[key])))
        elif kind == 3 and type(holder[key]) is int:
            holder[key] += dice.choice((1, -1, 2, 10, -10, 100))
        elif kind == 4 and type(holder[key]) is int:
            holder[key] = dice.choice(COUNTS)
        else:
            other, place = dice.choice(places)
            with contextlib.suppress(LookupError):
                holder[key] = json.loads(json.dumps(other[place]))
    return resealed(dice, json.dumps(facts).encode(), columns)


def numbered(dice):
    """Other numbers in the columns, where they are still as long as they were."""
    _, text, columns = dice.choice(FILES)
    facts, changed = json.loads(text), bytearray(columns)
    extents = columns_of(facts)
    paths = [path for entry in facts["structures"] for path in entry["paths"]]
    for _ in range(dice.choice((1, 1, 1, 2, 3, 8))):
        name, start, count, size, path = dice.choice(extents)
        if not count:
            continue
        place = start + size * dice.randrange(count)
        if size == 8:
            number = dice.choice([*NUMBERS, 1.0, 3.0])
            changed[place : place + 8] = struct.pack("<d", number)
        elif size == 1:
            changed[place] = dice.choice((0, 1, 2, 3, 4, 7, 8, 255))
        else:
            old = struct.unpack_from("<i", changed, place)[0]
            other = start + size * dice.randrange(count)
            near = [old + 1, old - 1, 2 * old, -old, old + 3]
            far = [*EXTREME, *struct.unpack_from("<i", changed, other)]
            far += paths[path]["layout"] if path >= 0 else []
            number = dice.choice(near if dice.random() < 0.5 else far)
            number = (number + 2**31) % 2**32 - 2**31
            changed[place : place + 4] = struct.pack("<i", number)
    if dice.random() < 0.2 and paths:
        layout = dice.choice(paths)["layout"]
        layout[dice.randrange(6)] += dice.choice((1, -1, 5, 1_000, 10**6))
        text = json.dumps(facts).encode()
    return resealed(dice, text, bytes(changed))


def columns_of(facts):
    """Where each column is: name, start, how many numbers, of what size, which path."""
    found, place, index = [("data", 0, len(facts["labels"]), 8, -1)], 0, 0
    place = 8 * len(facts["labels"])
    for entry in facts["structures"]:
        for path in entry["paths"]:
            count, pool, guards, outputs, rows, steps = path["counts"]
            parameters, constants, *_ = path["layout"]
            shape = [(f"field {k}", count, 4) for k in range(FIELDS)]
            shape += [("need", count, 1), ("need", count, 1), ("pool", pool, 4)]
            shape += [("constants", constants, 8), ("guards", 4 * guards, 4)]
            shape += [("outputs", outputs, 4), ("rows", rows, 4)]
            shape += [("parameters", parameters, 4), ("questions", steps, 4)]
            shape += [("answers", steps, 8)]
            for name, many_of_it, size in shape:
                found.append((name, place, many_of_it, size, index))
                place += many_of_it * size
            index += 1
    return found


def bomb(dice):
    """Little that says it is much."""
    n = dice.choice((100, 10_000, 10**6, 10**8, 2**31 - 1, 10**18))
    few = min(n, 10**6)
    facts = json.loads(dice.choice(FILES)[1])
    entry = facts["structures"][0]
    columns = b""
    kind = dice.randrange(9)
    if kind == 0:
        text = b"[" * few
    elif kind == 1:
        text = b'{"a":' * few + b"1" + b"}" * few
    elif kind == 2:
        text, columns = json.dumps(facts).encode(), bytes(few)
    elif kind == 3:
        text = b'{"function":' + b"9" * few + b"}"
    elif kind == 4:
        facts["labels"] = [None] * few
        text = json.dumps(facts).encode()
    else:
        deep = "number" if kind < 7 else ["static", None]
        for _ in range(dice.choice((1, 2, 5, 64, 65, 200))):
            deep = ["list", [[n, deep]]]
        if kind % 2:
            entry["arguments"] = [deep]
        else:
            entry["paths"][0]["returns"] = deep
        text = json.dumps(facts).encode()
    raw = resealed(dice, text, columns)
    if dice.random() < 0.3:  # and says that it is little
        head = sealing.HEAD.pack(sealing.MAGIC, 1, 10, 20, len(raw))
        return with_checksum(head, raw[sealing.START :])
    return raw


# --- checking ----------------------------------------------------------------------


def check(made, folder):
    """What became of a file: "accepted", or the error's form; AssertionError else."""
    compare_interpreters(made.raw)
    path = Path(folder) / "case"
    path.write_bytes(made.raw)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", CompileWarning)
            step = autograd.load(path)
    except ValueError as error:
        message, start = str(error), f"cannot load {str(path)!r}: "
        assert message.startswith(start), message
        message = message[len(start) :]
        assert len(message) < 300 and message.isprintable(), message
        return form(message)
    dice = random.Random(made.raw)
    assert str(step.tape) and step.name in repr(step)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", CompileWarning)
        again = step.save(path).read_bytes()
        assert autograd.load(path).save(path).read_bytes() == again
    for structure in [*step._paths][:10]:
        run(dice, step, structure)
    return "accepted"


def compare_interpreters(raw):
    """Both accept the same tapes; in order they compute the same bits."""
    if loaded.Program is interpreter.Program:
        return
    try:
        saved = files.unpacked(*sealing.opened(raw))
    except ValueError:
        return
    dice = random.Random(raw)
    for _, paths in saved.recorded:
        for _, _, schedule in paths[:10]:
            flat = schedule.instructions
            operations = sum(n * m for n, m in zip(flat[1::FIELDS], flat[2::FIELDS]))
            if operations + schedule.layout[4] <= SMALL:
                compare_programs(dice, schedule)


def compare_programs(dice, schedule):
    numbers = [number(dice) for _ in range(schedule.layout[3])]
    found = [told(schedule, kind, numbers) for kind in (loaded, interpreter)]
    assert found[0] == found[1], found


def told(schedule, module, numbers):
    """What an interpreter says to a schedule: refused, or what comes out."""
    try:
        program = module.Program(*schedule.parts())
    except ValueError as error:
        assert str(error).startswith("the tape is damaged: "), error
        return "refused"
    if not schedule.exact:
        return "accepted"
    try:
        guard = program.forward(numbers)
        program.reverse(1, [1.0] * len(schedule.outputs))
    except COMPLAINTS as error:
        return str(error)
    outputs, slopes = program.results(), program.input_gradients()
    return guard, [struct.pack("<d", x) if x == x else "nan" for x in outputs + slopes]


def run(dice, step, structure):
    """All that can be done with arguments of this structure."""
    arguments, keywords = structure
    for _ in range(2):
        args, kwargs = filled(dice, arguments), filled(dice, keywords)
        named = {f"{key}": thing for key, thing in kwargs.items()}
        for method in (step, step.grad, step.value_and_grad, step.backward):
            attempt(method, *args, **named)
    columns = filled(dice, arguments, count=dice.choice((1, 3, 40)))
    for method in (step.batch, step.grad_batch, step.backward_batch):
        attempt(method, *columns, threads=dice.choice((1, 2)))


def attempt(method, *args, **kwargs):
    try:
        method(*args, **kwargs)
    except COMPLAINTS as error:
        assert str(error).isprintable() and len(str(error)) < 1_000, error
        is_take = str(error).startswith("take(")
        assert isinstance(error, ValueError) or is_take, error


def number(dice):
    if dice.random() < 0.3:
        return dice.randrange(-3, 4)
    return dice.choice(NUMBERS) if dice.random() < 0.3 else dice.uniform(-3, 3)


def filled(dice, structure, count=None):
    """Arguments of this structure; a column of numbers for each if there is a count."""

    def numbers():
        while True:
            one = [number(dice) for _ in range(count or 1)]
            yield one if count else one[0]

    return put_together(structure, numbers())


def form(message):
    """An error without what it quotes, so that errors can be counted."""
    message = re.sub(r"'[^']*'|\"[^\"]*\"", "'…'", message)
    return re.sub(r"-?\d+|\(.*\)", "…", message)[:90]


# --- running -----------------------------------------------------------------------


def batch(seed, first, count, progress=None):
    """Check so many cases; a report that JSON can hold."""
    began = time.process_time()
    kinds, forms, failures = collections.Counter(), collections.Counter(), []
    slowest = (0.0, -1, "")
    with tempfile.TemporaryDirectory() as folder:
        for index in range(first, first + count):
            if progress:
                progress.seek(0)
                progress.write(b"%20d" % index)
            start = time.process_time()
            made = case(seed, index)
            try:
                outcome = check(made, folder)
                accepted = "accepted" if outcome == "accepted" else "refused"
                kinds[made.kind, accepted] += 1
                forms[outcome] += 1
            except Exception as error:  # whatever comes out is what is looked for
                failures.append((seed, index, made.kind, f"{error!r}"[:500]))
            seconds = time.process_time() - start
            slowest = max(slowest, (seconds, index, made.kind))
            if seconds > SECONDS_A_CASE:
                failures.append((seed, index, made.kind, f"took {seconds:.1f} s"))
    return {
        "seconds": time.process_time() - began,
        "cases": count,
        "kinds": [(*kind, n) for kind, n in kinds.items()],
        "forms": list(forms.items()),
        "failures": failures,
        "slowest": [*slowest, seed],
    }


def limited():
    """No more memory than any case may need, where no sanitizer needs it all."""
    with contextlib.suppress(ImportError):
        import resource

        if "ASAN_OPTIONS" not in os.environ:
            resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))


FUZZER = Fuzzer(
    "tests.fuzz_tapes",
    __doc__,
    batch,
    lambda seed, index: case(seed, index).kind,
    CASES_A_BATCH,
    LONGEST,
    limited,
)

if __name__ == "__main__":
    raise SystemExit(FUZZER.main())
