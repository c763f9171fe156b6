"""Types that make autograd/compiling/flow.py fast when it is compiled."""

cimport cython

cdef int DOT, INPUT, PARAMETER, STOP

cdef class Flow:
    cdef public object tape, exact
    cdef public list depths
    cdef public bytearray uniform, reached
    cdef public tuple active

    @cython.locals(
        ops=list, all_args=list, uniform=bytearray, depths=list, reached=bytearray,
        by_parameters=bytearray, by_inputs=bytearray, i=Py_ssize_t, a=Py_ssize_t,
        op=int, depth=Py_ssize_t, deepest=Py_ssize_t, same=int, args=tuple,
    )
    cpdef look(self)
