"""Types that make autograd/compiling/simplify.py fast when it is compiled."""

cimport cython

cdef int CONSTANT, FIRST_OWN, INPUT, PARAMETER, STOP
cdef int ADD, SUB, MUL, DIV, NEG, POWER, SQUARE, RECIPROCAL, SUM, MEAN, MAX, MIN
cdef int SHIFT
cdef double SMALLEST

cdef class Builder:
    cdef public list ops, args, constants
    cdef public dict known, numbers
    cdef public object tape
    cpdef Py_ssize_t place(self, int op, tuple args)
    cpdef Py_ssize_t constant(self, double number)
    cpdef double number(self, Py_ssize_t x)
    cpdef Py_ssize_t stop(self, Py_ssize_t x)
    cpdef Py_ssize_t operation(self, int op, tuple args)
    @cython.locals(ops=list, key=cython.longlong)
    cpdef Py_ssize_t of_two(self, long long op, long long x, long long y)
    @cython.locals(number=double, zero=double)
    cpdef Py_ssize_t with_constant(self, int op, Py_ssize_t x, Py_ssize_t y)

@cython.locals(builder=Builder, moved=list, op=int, args=tuple, place=Py_ssize_t, ops=list, all_args=list, i=Py_ssize_t, x=Py_ssize_t, y=Py_ssize_t)
cpdef simplify(tape)

@cython.locals(ops=list, all_args=list, needed=bytearray, i=Py_ssize_t, count=Py_ssize_t, op=int)
cpdef without_the_unneeded(tape)
