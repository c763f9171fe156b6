# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
"""autograd.compiling.scan's walk over the graph, compiled.

A number's place is kept in the node while the walk lasts: in a leaf where a backward
pass keeps the earlier gradient, in an inner node of the recording where its adjoint
will be.
"""

from cpython.mem cimport PyMem_Free, PyMem_Realloc
from cpython.object cimport PyObject
from libc.stdint cimport uintptr_t

from autograd._native.engine cimport CONSTANT, HAS_GRAD, NUMBER_0, NUMBER_1, VISITED, Value

from array import array

from autograd.primitives import TABLE

cdef int OWN = len(TABLE) + 1
cdef int QUIET = 2, EARLIER = 3, ARGUMENT = 4

cdef struct Nodes:
    uintptr_t *items
    Py_ssize_t count
    Py_ssize_t room

cdef struct Ints:
    int *items
    Py_ssize_t count
    Py_ssize_t room


cdef inline int add(Ints *ints, Py_ssize_t item) except -1:
    cdef int *items
    if ints.count == ints.room:
        items = <int *> PyMem_Realloc(ints.items, (2 * ints.room + 64) * sizeof(int))
        if items == NULL:
            raise MemoryError("no memory left for the tape")
        ints.items = items
        ints.room = 2 * ints.room + 64
    ints.items[ints.count] = <int> item
    ints.count += 1
    return 0


cdef array_of(Ints *ints):
    made = array("i")
    made.frombytes((<char *> ints.items)[:ints.count * sizeof(int)])
    return made


cdef int push(Nodes *nodes, uintptr_t item) except -1:
    cdef uintptr_t *items
    if nodes.count == nodes.room:
        items = <uintptr_t *> PyMem_Realloc(
            nodes.items, (2 * nodes.room + 64) * sizeof(uintptr_t)
        )
        if items == NULL:
            raise MemoryError("no memory left to read the graph")
        nodes.items = items
        nodes.room = 2 * nodes.room + 64
    nodes.items[nodes.count] = item
    nodes.count += 1
    return 0


cdef class Scan:
    cdef Ints ops, starts, args, quiet
    cdef list own, parameters, constants
    cdef dict known_constants, own_codes, elsewhere, known_scopes
    cdef Nodes stack, seen
    cdef PyObject *last_scope
    cdef int last_where

    def __cinit__(self, dict known_scopes, list own):
        self.known_scopes, self.own = known_scopes, own
        self.ops = self.starts = self.args = self.quiet = Ints(NULL, 0, 0)
        add(&self.starts, 0)
        self.parameters, self.constants = [], []
        self.known_constants, self.own_codes, self.elsewhere = {}, {}, {}
        self.stack = self.seen = Nodes(NULL, 0, 0)
        self.last_scope = NULL
        self.last_where = 0  # no scope at all: outside

    def __dealloc__(self):
        PyMem_Free(self.stack.items)
        PyMem_Free(self.seen.items)
        PyMem_Free(self.ops.items)
        PyMem_Free(self.starts.items)
        PyMem_Free(self.args.items)
        PyMem_Free(self.quiet.items)

    cdef Py_ssize_t place(self, int op, bint is_quiet) except -1:
        """A new number, whose operands were added just now."""
        add(&self.ops, op)
        add(&self.starts, self.args.count)
        add(&self.quiet, is_quiet)
        return self.ops.count - 1

    cdef Py_ssize_t leaf(self, int op, Py_ssize_t place) except -1:
        add(&self.args, place)
        return self.place(op, False)

    cdef Py_ssize_t constant(self, double number) except -1:
        key = number if number != 0 and number == number else repr(number)
        found = self.known_constants.get(key)
        if found is None:
            self.constants.append(number)
            found = self.leaf(-3, len(self.constants) - 1)
            self.known_constants[key] = found
        return found

    cdef int whereabouts(self, Value node) except -1:
        if node.scope != self.last_scope:
            self.last_where = 0 if node.scope == NULL else self.climb(<object> node.scope)
            self.last_scope = node.scope
        return self.last_where

    cdef int climb(self, scope) except -1:
        # no Python code may run meanwhile: another thread's pass would see the marks
        cdef list chain = []
        while id(scope) not in self.known_scopes:
            chain.append(id(scope))
            scope = scope.parent
        found = self.known_scopes[id(scope)]
        for inner in chain:
            self.known_scopes[inner] = found
        return found

    cdef int remember(self, Value node, Py_ssize_t number) except -1:
        push(&self.seen, <uintptr_t> <PyObject *> node)
        node.flags |= VISITED
        if node.code == 0:
            node.d0 = <double> number
        elif node.flags & HAS_GRAD:  # of an earlier graph: its gradient stays
            self.elsewhere[<uintptr_t> <PyObject *> node] = number
        else:
            node.adjoint = <double> number
        return 0

    cdef Py_ssize_t number_of(self, PyObject *thing) except -1:
        cdef Value node = <Value> thing
        if node.code == 0:
            return <Py_ssize_t> node.d0
        if node.flags & HAS_GRAD:
            return self.elsewhere[<uintptr_t> thing]
        return <Py_ssize_t> node.adjoint

    cdef int operation(self, Value node) except -1:
        cdef Py_ssize_t i, number, first = -1, second = -1
        cdef int code = node.code
        cdef bint is_quiet = self.whereabouts(node) == QUIET
        if node.block != NULL and node.block.count:
            for i in range(node.block.count):
                add(&self.args, self.number_of(node.block.parents[i]))
        else:  # constants first: they may be new numbers themselves
            if node.flags & NUMBER_0:
                first = self.constant(<double> <object> node.p0)
            if node.p1 != NULL and node.flags & NUMBER_1:
                second = self.constant(<double> <object> node.p1)
            add(&self.args, self.number_of(node.p0) if first < 0 else first)
            if node.p1 != NULL:
                add(&self.args, self.number_of(node.p1) if second < 0 else second)
        if code == OWN:
            row = <object> node.block.row
            if row not in self.own_codes:
                self.own.append(row)
                self.own_codes[row] = OWN + len(self.own) - 1
            code = self.own_codes[row]
        number = self.place(code, is_quiet)
        if node.flags & HAS_GRAD:
            self.elsewhere[<uintptr_t> <PyObject *> node] = number
        else:
            node.adjoint = <double> number
        return 0

    cdef int walk(self, list roots) except -1:
        cdef uintptr_t item
        cdef int place
        cdef Py_ssize_t i
        cdef Value node
        for root in reversed(roots):
            push(&self.stack, <uintptr_t> <PyObject *> root)
        while self.stack.count:
            self.stack.count -= 1
            item = self.stack.items[self.stack.count]
            if item & 1:
                self.operation(<Value> <PyObject *> (item & ~<uintptr_t> 1))
                continue
            node = <Value> <PyObject *> item
            if node.flags & VISITED:
                continue
            if node.flags & CONSTANT:
                self.remember(node, self.constant(node.number))
                continue
            place = self.whereabouts(node)
            if place >= (ARGUMENT if node.code == 0 else EARLIER):
                raise kept_since_earlier(node)
            if node.code == 0 or place == 0:
                self.parameters.append(node)
                self.remember(node, self.leaf(-1, len(self.parameters) - 1))
            else:
                self.remember(node, 0)
                push(&self.stack, item | 1)
                if node.block != NULL:
                    for i in range(node.block.count - 1, -1, -1):
                        push(&self.stack, <uintptr_t> node.block.parents[i])
                if node.p1 != NULL and not node.flags & NUMBER_1:
                    push(&self.stack, <uintptr_t> node.p1)
                if node.p0 != NULL and not node.flags & NUMBER_0:
                    push(&self.stack, <uintptr_t> node.p0)
        return 0

    cdef int forget(self) except -1:
        cdef Py_ssize_t i
        for i in range(self.seen.count):
            (<Value> <PyObject *> self.seen.items[i]).flags &= ~VISITED
        self.seen.count = 0
        return 0


def kept_since_earlier(node):
    from autograd.compiling import scan

    return scan.kept_since_earlier(node)


def scan(list roots, list inputs, where, list own):
    """autograd.compiling.scan.scan_in_python, compiled."""
    from autograd.compiling.tape import Tape

    cdef Scan scan = Scan(where.known, own)
    cdef Py_ssize_t i
    for i in range(len(inputs)):
        scan.remember(<Value?> inputs[i], scan.leaf(-2, i))
    for root in roots:
        if type(root) is not Value:
            raise TypeError(f"{root!r} is not a Value")
    try:
        scan.walk(roots)
        numbers = [scan.number_of(<PyObject *> root) for root in roots]
    finally:
        scan.forget()
    tape = Tape(
        array_of(&scan.ops), array_of(&scan.starts), array_of(&scan.args),
        scan.parameters, scan.constants,
    )
    return tape, numbers, array_of(&scan.quiet)
