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

from autograd.primitives import TABLE

cdef int OWN = len(TABLE) + 1
cdef int QUIET = 2

cdef struct Nodes:
    uintptr_t *items
    Py_ssize_t count
    Py_ssize_t room


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
    cdef list ops, args, quiet, own, parameters, constants
    cdef dict known_constants, own_codes, elsewhere, known_scopes
    cdef Nodes stack, seen
    cdef PyObject *last_scope
    cdef int last_where

    def __cinit__(self, dict known_scopes, list own):
        self.known_scopes, self.own = known_scopes, own
        self.ops, self.args, self.quiet = [], [], []
        self.parameters, self.constants = [], []
        self.known_constants, self.own_codes, self.elsewhere = {}, {}, {}
        self.stack = self.seen = Nodes(NULL, 0, 0)
        self.last_scope = NULL
        self.last_where = 0  # no scope at all: outside

    def __dealloc__(self):
        PyMem_Free(self.stack.items)
        PyMem_Free(self.seen.items)

    cdef Py_ssize_t place(self, int op, tuple args, bint is_quiet) except -1:
        self.ops.append(op)
        self.args.append(args)
        self.quiet.append(is_quiet)
        return len(self.ops) - 1

    cdef Py_ssize_t constant(self, double number) except -1:
        key = number if number != 0 and number == number else repr(number)
        found = self.known_constants.get(key)
        if found is None:
            self.constants.append(number)
            found = self.place(-3, (len(self.constants) - 1,), False)
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
        cdef Py_ssize_t i
        cdef int code = node.code
        cdef tuple args
        if node.block != NULL and node.block.count:
            args = tuple([self.number_of(node.block.parents[i]) for i in range(node.block.count)])
        else:
            first = (
                self.constant(<double> <object> node.p0)
                if node.flags & NUMBER_0 else self.number_of(node.p0)
            )
            if node.p1 == NULL:
                args = (first,)
            elif node.flags & NUMBER_1:
                args = (first, self.constant(<double> <object> node.p1))
            else:
                args = (first, self.number_of(node.p1))
        if code == OWN:
            row = <object> node.block.row
            if row not in self.own_codes:
                self.own.append(row)
                self.own_codes[row] = OWN + len(self.own) - 1
            code = self.own_codes[row]
        is_quiet = self.whereabouts(node) == QUIET
        if node.flags & HAS_GRAD:
            self.elsewhere[<uintptr_t> <PyObject *> node] = self.place(code, args, is_quiet)
        else:
            node.adjoint = <double> self.place(code, args, is_quiet)
        return 0

    cdef int walk(self, list roots) except -1:
        cdef uintptr_t item
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
            elif node.code == 0 or self.whereabouts(node) == 0:
                self.parameters.append(node)
                self.remember(
                    node, self.place(-1, (len(self.parameters) - 1,), False)
                )
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


def scan(list roots, list inputs, where, list own):
    """autograd.compiling.scan.scan_in_python, compiled."""
    from autograd.compiling.tape import Tape

    cdef Scan scan = Scan(where.known, own)
    cdef Py_ssize_t i
    for i in range(len(inputs)):
        scan.remember(<Value?> inputs[i], scan.place(-2, (i,), False))
    for root in roots:
        if type(root) is not Value:
            raise TypeError(f"{root!r} is not a Value")
    try:
        scan.walk(roots)
        numbers = [scan.number_of(<PyObject *> root) for root in roots]
    finally:
        scan.forget()
    tape = Tape(scan.ops, scan.args, scan.parameters, scan.constants)
    return tape, numbers, scan.quiet
