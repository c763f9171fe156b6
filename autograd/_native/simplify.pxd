"""Types that make autograd/compiling/simplify.py fast when it is compiled."""

cimport cython

cdef int CONSTANT, FIRST_OWN, INPUT, PARAMETER, STOP
cdef int ADD, SUB, MUL, DIV, NEG, POWER, SQUARE, RECIPROCAL, SUM, MEAN, MAX, MIN
cdef int SHIFT, NONE
cdef unsigned long long SPREAD

cdef class Builder:
    cdef public object tape
    cdef public list constants
    cdef public dict numbers, lists
    cdef int[::1] ops, starts, args, places
    cdef unsigned long long[::1] keys
    cdef Py_ssize_t count, used, mask, kept
    cpdef int place(self, int op, int x, int y)
    @cython.locals(key=cython.ulonglong, slot=Py_ssize_t, place=int)
    cpdef int once(self, unsigned long long op, unsigned long long x, unsigned long long y)
    @cython.locals(slot=Py_ssize_t)
    cpdef Py_ssize_t slot_of(self, unsigned long long key)
    @cython.locals(
        keys="unsigned long long[::1]", places="int[::1]", slots=Py_ssize_t,
        k=Py_ssize_t, slot=Py_ssize_t,
    )
    cpdef make_room(self)
    cpdef int constant(self, double number)
    cpdef double number(self, int x)
    cpdef int stop(self, int x)
    cpdef int of_one(self, int op, int x)
    @cython.locals(inner=int)
    cpdef int of_two(self, int op, int x, int y)
    cpdef int of_many(self, int op, list operands)
    cpdef int folded(self, int op, list operands)
    @cython.locals(number=double, zero=double)
    cpdef int with_constant(self, int op, int x, int y)

@cython.locals(
    ops="int[::1]", starts="int[::1]", args="int[::1]", moved="int[::1]",
    count=Py_ssize_t, i=Py_ssize_t, k=Py_ssize_t, start=Py_ssize_t, size=Py_ssize_t,
    op=int, builder=Builder,
)
cpdef simplify(tape)

@cython.locals(
    ops="int[::1]", starts="int[::1]", args="int[::1]", moved="int[::1]",
    new_ops="int[::1]", new_starts="int[::1]", new_args="int[::1]",
    needed=bytearray, count=Py_ssize_t, i=Py_ssize_t, k=Py_ssize_t, kept=Py_ssize_t,
    used=Py_ssize_t, op=int, first=int,
)
cpdef without_the_unneeded(tape)
