# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
"""autograd.linearization's walk over the graph and its sweeps over floats, compiled.

A number's place is kept in the node while the walk lasts, where its adjoint stands.
"""

from cpython.mem cimport PyMem_Free, PyMem_Malloc, PyMem_Realloc
from cpython.object cimport PyObject
from libc.stdint cimport uintptr_t

from autograd._native.engine cimport CONSTANT, NUMBER_0, NUMBER_1, VISITED, Block, Value

from array import array

cdef struct Found:
    uintptr_t *order  # nodes that are not variables, parents before children
    double *adjoints  # theirs, which must be put back
    Py_ssize_t count
    Py_ssize_t room
    uintptr_t *stack
    Py_ssize_t waiting
    Py_ssize_t stack_room


def between(list variables, list results):
    """What lies between variables and results: the nodes, in topological order, where
    the operands of each start, the operands' places and the local derivatives, the
    other operands that could be differentiated by, and the results' places.
    """
    cdef Found found
    cdef double *adjoints = NULL
    cdef Py_ssize_t k, count = len(variables)
    cdef Value node
    found.order = found.stack = NULL
    found.adjoints = NULL
    found.count = found.room = found.waiting = found.stack_room = 0
    adjoints = <double *> PyMem_Malloc((count + 1) * sizeof(double))
    if adjoints == NULL:
        raise MemoryError("no memory left to read the graph")
    for k in range(count):
        node = variables[k]
        adjoints[k] = node.adjoint
        node.adjoint = k
        node.flags |= VISITED
    try:
        walk(&found, results)
        return collected(&found, count, results)
    finally:
        for k in range(found.waiting):
            if found.stack[k] & 1:  # a walk that was cut off
                (<Value> <PyObject *> (found.stack[k] & ~<uintptr_t> 1)).flags &= ~VISITED
        for k in range(found.count):
            node = <Value> <PyObject *> found.order[k]
            node.flags &= ~VISITED
            if found.adjoints != NULL:
                node.adjoint = found.adjoints[k]
        for k in range(count):
            node = variables[k]
            node.adjoint = adjoints[k]
            node.flags &= ~VISITED
        PyMem_Free(adjoints)
        PyMem_Free(found.adjoints)
        PyMem_Free(found.order)
        PyMem_Free(found.stack)


cdef int walk(Found *found, list results) except -1:
    """The topological order, as autograd.order has it."""
    cdef uintptr_t item
    cdef Py_ssize_t i, count
    cdef Value node
    for i in range(len(results) - 1, -1, -1):
        node = results[i]
        make_room(found, 1)
        push(found, <PyObject *> node)
    while found.waiting:
        if found.count == found.room:
            grow(found)
        found.waiting -= 1
        item = found.stack[found.waiting]
        if item & 1:
            found.order[found.count] = item & ~<uintptr_t> 1
            found.count += 1
            continue
        node = <Value> <PyObject *> item
        if node.flags & VISITED:
            continue
        count = 0 if node.block == NULL else node.block.count
        make_room(found, count + 3)
        node.flags |= VISITED
        found.stack[found.waiting] = item | 1
        found.waiting += 1
        for i in range(count - 1, -1, -1):
            push(found, node.block.parents[i])
        if node.p1 != NULL and not node.flags & NUMBER_1:
            push(found, node.p1)
        if node.p0 != NULL and not node.flags & NUMBER_0:
            push(found, node.p0)
    return 0


cdef int make_room(Found *found, Py_ssize_t more) except -1:
    cdef Py_ssize_t room
    cdef uintptr_t *items
    if found.waiting + more > found.stack_room:
        room = 2 * (found.waiting + more) + 64
        items = <uintptr_t *> PyMem_Realloc(found.stack, room * sizeof(uintptr_t))
        if items == NULL:
            raise MemoryError("no memory left to read the graph")
        found.stack = items
        found.stack_room = room
    return 0


cdef inline void push(Found *found, PyObject *node) noexcept:
    if not (<Value> node).flags & VISITED:
        found.stack[found.waiting] = <uintptr_t> node
        found.waiting += 1


cdef int grow(Found *found) except -1:
    cdef Py_ssize_t room = 2 * found.room + 64
    cdef uintptr_t *items
    items = <uintptr_t *> PyMem_Realloc(found.order, room * sizeof(uintptr_t))
    if items == NULL:
        raise MemoryError("no memory left to read the graph")
    found.order = items
    found.room = room
    return 0


cdef collected(Found *found, Py_ssize_t variables, list results):
    cdef Py_ssize_t i, k, edges = 0, moving = variables, at = 0
    cdef Value node
    cdef Block *block
    cdef bint moves
    cdef list nodes = [], others = []
    cdef dict known = {}
    found.adjoints = <double *> PyMem_Malloc((found.count + 1) * sizeof(double))
    if found.adjoints == NULL:
        raise MemoryError("no memory left to read the graph")
    for i in range(found.count):
        node = <Value> <PyObject *> found.order[i]
        found.adjoints[i] = node.adjoint
        node.adjoint = -1
    for i in range(found.count):
        node = <Value> <PyObject *> found.order[i]
        moves = False
        block = node.block
        if block != NULL:
            for k in range(block.count):
                moves = moves or place_of(block.parents[k]) >= 0
        if node.p0 != NULL and not node.flags & NUMBER_0:
            moves = moves or place_of(node.p0) >= 0
        if node.p1 != NULL and not node.flags & NUMBER_1:
            moves = moves or place_of(node.p1) >= 0
        if moves:
            node.adjoint = moving
            moving += 1
            nodes.append(node)
            edges += operands_of(node)
    starts = array("i", bytes(4 * (len(nodes) + 1)))
    places = array("i", bytes(4 * edges))
    slopes = array("d", bytes(8 * edges))
    cdef int[::1] start = starts, place = places
    cdef double[::1] slope = slopes
    for i in range(len(nodes)):
        node = nodes[i]
        block = node.block
        if block != NULL and block.count:
            for k in range(block.count):
                place[at] = place_of(block.parents[k])
                slope[at] = block.partials[k]
                if place[at] < 0:
                    note(others, known, block.parents[k])
                at += 1
        else:
            place[at] = -1 if node.flags & NUMBER_0 else place_of(node.p0)
            slope[at] = node.d0
            if place[at] < 0 and not node.flags & NUMBER_0:
                note(others, known, node.p0)
            at += 1
            if node.p1 != NULL:
                place[at] = -1 if node.flags & NUMBER_1 else place_of(node.p1)
                slope[at] = node.d1
                if place[at] < 0 and not node.flags & NUMBER_1:
                    note(others, known, node.p1)
                at += 1
        start[i + 1] = <int> at
    outputs = [place_of(<PyObject *> node) for node in results]
    return nodes, starts, places, slopes, others, outputs


cdef inline int place_of(PyObject *node) noexcept:
    return <int> (<Value> node).adjoint


cdef inline Py_ssize_t operands_of(Value node) noexcept:
    if node.block != NULL and node.block.count:
        return node.block.count
    return 2 if node.p1 != NULL else 1


cdef int note(list others, dict known, PyObject *parent) except -1:
    if not (<Value> parent).flags & CONSTANT and <uintptr_t> parent not in known:
        known[<uintptr_t> parent] = None
        others.append(<Value> parent)
    return 0


def forward(
    int[::1] starts, int[::1] places, double[::1] slopes, list tangents, list outputs
):
    """The outputs' tangents, from those of the variables; None where none came."""
    cdef Py_ssize_t i, j, first = len(tangents), count = starts.shape[0] - 1
    cdef double total
    cdef bint reached
    cdef double[::1] moved = array("d", bytes(8 * (first + count)))
    cdef char[::1] known = bytearray(first + count)
    for i in range(first):
        if tangents[i] is not None:
            moved[i] = tangents[i]
            known[i] = 1
    for i in range(count):
        reached = False
        total = 0.0
        for j in range(starts[i], starts[i + 1]):
            if places[j] >= 0 and known[places[j]]:
                if reached:
                    total += slopes[j] * moved[places[j]]
                else:
                    total = slopes[j] * moved[places[j]]
                    reached = True
        moved[first + i] = total
        known[first + i] = reached
    return [moved[i] if i >= 0 and known[i] else None for i in outputs]


def reverse(
    int[::1] starts, int[::1] places, double[::1] slopes, list seeds, Py_ssize_t wanted
):
    """The adjoints of the first numbers, from the seeds; None where none came."""
    cdef Py_ssize_t i, j, count = starts.shape[0] - 1, first = len(seeds) - count
    cdef double upstream, term
    cdef int place
    cdef double[::1] found = array("d", bytes(8 * len(seeds)))
    cdef char[::1] known = bytearray(len(seeds))
    for i in range(len(seeds)):
        if seeds[i] is not None:
            found[i] = seeds[i]
            known[i] = 1
    for i in range(count - 1, -1, -1):
        if known[first + i]:
            upstream = found[first + i]
            for j in range(starts[i], starts[i + 1]):
                place = places[j]
                if place >= 0:
                    term = slopes[j] * upstream  # the chain rule
                    found[place] = found[place] + term if known[place] else term
                    known[place] = 1
    return [found[i] if known[i] else None for i in range(wanted)]
