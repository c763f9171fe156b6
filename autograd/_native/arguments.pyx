# cython: language_level=3, boundscheck=False, wraparound=False
"""Whether arguments have a known structure, and their numbers: the usual call's way."""

from cpython.long cimport PyLong_AsLongLongAndOverflow

from autograd.compiling.structure import put_together as put_any_together


cdef long long EXACT = 2**53


def numbers_of(structure, tuple args):
    """The numbers of arguments that have this structure; None where it may be another.

    The same as autograd.compiling.structure.take_apart, but for floats, ints, lists and
    tuples of them, and static parts that are the very same object.
    """
    cdef list numbers = []
    return numbers if read(structure, args, numbers, NULL, NULL) else None


cdef bint read(structure, thing, list numbers, double **to, double *end) except -1:
    """Whether it has the structure; its numbers go to the list, or up to `end`."""
    cdef Py_ssize_t i, count
    cdef long long whole
    cdef int overflow = 0
    cdef tuple parts
    kind = type(thing)
    if kind is int:
        whole = PyLong_AsLongLongAndOverflow(thing, &overflow)
        if overflow or not -EXACT <= whole <= EXACT:
            return False  # no float may be that number
    if kind is float or kind is int:
        if to == NULL:
            numbers.append(thing)
        elif to[0] == end:
            return False
        else:
            to[0][0] = thing
            to[0] += 1
        return structure == "number"
    if type(structure) is not tuple:
        return False
    parts = <tuple> structure
    if kind is list:
        if parts[0] != "list":
            return False
        parts = <tuple> parts[1]
        count = len(<list> thing)
        if len(parts) != count:
            return False
        for i in range(count):
            # what is no number may run Python, which may change the list
            if len(<list> thing) != count:
                return False
            part = (<list> thing)[i]
            if not read(parts[i], part, numbers, to, end):
                return False
        return True
    if kind is tuple:
        if parts[0] != "tuple":
            return False
        parts = <tuple> parts[1]
        count = len(<tuple> thing)
        if len(parts) != count:
            return False
        for i in range(count):
            if not read(parts[i], (<tuple> thing)[i], numbers, to, end):
                return False
        return True
    if parts[0] == "static":
        return parts[1] is thing
    if parts[0] == "list" and hasattr(thing, "tolist"):  # an array
        return read(structure, thing.tolist(), numbers, to, end)
    return False


def put_together(structure, numbers):
    """autograd.compiling.structure.put_together, quicker for lists and tuples."""
    cdef list parts
    if structure == "number":
        return next(numbers)
    kind = structure[0]
    if kind != "list" and kind != "tuple":
        return put_any_together(structure, numbers)
    parts = []
    for part in <tuple> structure[1]:
        parts.append(next(numbers) if part == "number" else put_together(part, numbers))
    return parts if kind == "list" else tuple(parts)
