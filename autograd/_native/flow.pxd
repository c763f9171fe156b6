"""Types that make autograd/compiling/flow.py fast when it is compiled."""

cimport cython

cdef int DOT, INPUT, PARAMETER, STOP

cdef class Flow:
    cdef public object tape
    cdef public bint exact
    cdef readonly int[::1] ops, starts, args, depths, order
    cdef public bytearray uniform, reached, by_parameters, by_inputs
    cdef public list levels

    @cython.locals(
        ops="int[::1]", starts="int[::1]", args="int[::1]", depths="int[::1]",
        uniform="unsigned char[::1]", by_parameters="unsigned char[::1]",
        by_inputs="unsigned char[::1]", i=Py_ssize_t, k=Py_ssize_t, a=int, op=int,
        deepest=int, same=int, p=int, q=int,
    )
    cpdef look(self)

    @cython.locals(
        ops="int[::1]", starts="int[::1]", args="int[::1]",
        reached="unsigned char[::1]", i=Py_ssize_t, k=Py_ssize_t,
    )
    cpdef look_back(self)

    @cython.locals(
        ops="int[::1]", depths="int[::1]", uniform="unsigned char[::1]",
        order="int[::1]", places="int[::1]", count=Py_ssize_t, i=Py_ssize_t,
        k=Py_ssize_t, most=Py_ssize_t, filled=Py_ssize_t, level=Py_ssize_t,
    )
    cpdef sort(self)

    @cython.locals(
        kinds=dict, k=Py_ssize_t, i=int, op=int, key=cython.longlong,
        size=cython.longlong, kind=list,
    )
    cpdef list kinds(self, Py_ssize_t start, Py_ssize_t stop)
