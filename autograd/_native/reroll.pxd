"""Types that make autograd/compiling/reroll.py fast when it is compiled."""

cimport cython

cdef int CONSTANT, STOP, ADD, MUL, SQUARE, SUM, DOT

cdef class Chains:
    cdef public object tape
    cdef public dict found
    cdef public bytearray absorbed
    cdef int[::1] ops, starts, args, uses

    @cython.locals(
        ops="int[::1]", starts="int[::1]", args="int[::1]", uses="int[::1]",
        i=Py_ssize_t, k=Py_ssize_t,
    )
    cpdef count_uses(self)

    @cython.locals(
        ops="int[::1]", starts="int[::1]", args="int[::1]", inner=list, terms=list,
        t=Py_ssize_t, start=Py_ssize_t, half=Py_ssize_t, op=int, x=int, y=int,
        products=list, others=list, kind=tuple,
    )
    cpdef look_at(self, Py_ssize_t i)

    @cython.locals(
        ops="int[::1]", args="int[::1]", x=int, y=int, first=int, second=int,
        start=Py_ssize_t,
    )
    cpdef bint may_go_on(self, Py_ssize_t i)

    @cython.locals(
        ops="int[::1]", starts="int[::1]", args="int[::1]", uses="int[::1]",
        terms=list, stack=list, t=Py_ssize_t, k=Py_ssize_t,
    )
    cpdef list terms_of(self, Py_ssize_t root, list inner)

    @cython.locals(
        ops="int[::1]", starts="int[::1]", args="int[::1]", new_ops="int[::1]",
        new_starts="int[::1]", new_args="int[::1]", moved="int[::1]",
        count=Py_ssize_t, i=Py_ssize_t, k=Py_ssize_t, kept=Py_ssize_t, used=Py_ssize_t,
        op=int, x=int,
    )
    cpdef rewritten(self)

@cython.locals(chains=Chains, i=Py_ssize_t)
cpdef reroll(tape)
