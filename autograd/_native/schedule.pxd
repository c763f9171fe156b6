"""Types that make autograd/compiling/schedule.py fast when it is compiled."""

cimport cython

cdef int CALL, FIELDS, GATHER, INPUTS, PARAMETERS
cdef int CONSTANT, INPUT, PARAMETER, STOP, MUL, DOT, SUM, TAKE
cdef long long CONSTANTS, UNIFORM, VARYING, FAR
cdef int SORTED_FROM

cdef class Scheduler:
    cdef public object tape, exact, parameters
    cdef public list slots, depths, pool, constants, rows, counts
    cdef public bytearray uniform, reached
    cdef public tuple active, instructions, needs
    cdef public dict gathered

    @cython.locals(
        ops=list, all_args=list, uniform=bytearray, depths=list, reached=bytearray,
        by_parameters=bytearray, by_inputs=bytearray, i=Py_ssize_t, a=Py_ssize_t,
        op=int, depth=Py_ssize_t, deepest=Py_ssize_t, same=int, args=tuple,
    )
    cpdef look(self)

@cython.locals(step=cython.longlong, expected=cython.longlong, slot=cython.longlong)
cpdef as_run(list slots)
