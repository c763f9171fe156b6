"""Types that make autograd/compiling/schedule.py fast when it is compiled."""

cimport cython
from autograd._native.code cimport Code as Written
from autograd._native.runs cimport Columns as Grid

cdef int CALL, GATHER, CONSTANT, FIRST_OWN, INPUT, STOP, MUL, DOT, TAKE, SORTED_FROM
cdef long long CONSTANTS, UNIFORM, VARYING, FAR

cdef class Scheduler:
    cdef public object flow, tape
    cdef public bint exact
    cdef int[::1] ops, starts, args
    cdef readonly long long[::1] slots
    cdef unsigned char[::1] uniform, reached, by_parameters, by_inputs
    cdef readonly Written once, varying
    cdef public list pool, constants, rows, parameters
    cdef public long long uniform_count, varying_count
    cdef public dict gathered
    cdef unsigned char[::1] kernels

    @cython.locals(
        ops="int[::1]", starts="int[::1]", args="int[::1]", slots="long long[::1]",
        i=Py_ssize_t,
    )
    cpdef place_leaves(self)

    @cython.locals(
        starts="int[::1]", args="int[::1]", slots="long long[::1]", op=int,
        start=Py_ssize_t, arity=Py_ssize_t, region=int, code=Written, x=int, y=int,
        p=int, q=int, out=cython.longlong, second=cython.longlong,
    )
    cpdef emit_one(self, Py_ssize_t i)

    @cython.locals(op=int)
    cpdef emit(self, list group)

    cpdef long long fresh(self, int region, long long count)

    cpdef int region(self, Py_ssize_t i)

    @cython.locals(
        starts="int[::1]", args="int[::1]", slots="long long[::1]",
        columns=Grid, x="long long[6]", count=Py_ssize_t, arity=Py_ssize_t,
        breaks=Py_ssize_t, region=int, out=cython.longlong, reached=bint,
        start=Py_ssize_t, stop=Py_ssize_t, k=Py_ssize_t, j=Py_ssize_t, i=Py_ssize_t,
        a=int, p=int, q=int, first=cython.longlong, code=Written,
    )
    cpdef elementwise(self, int op, list group)

    @cython.locals(
        starts="int[::1]", args="int[::1]", slots="long long[::1]", columns=Grid,
        count=Py_ssize_t, start=Py_ssize_t, j=Py_ssize_t, k=Py_ssize_t,
    )
    cpdef Grid columns(self, list group, Py_ssize_t arity)

    @cython.locals(p=int, q=int, x=Py_ssize_t)
    cpdef wanted(self, numbers)

    @cython.locals(
        slots="long long[::1]", uniform="unsigned char[::1]", count=Py_ssize_t,
        first=cython.longlong, step=cython.longlong, side=int, k=Py_ssize_t,
        x=Py_ssize_t,
    )
    cpdef run_of(self, int[::1] numbers)

@cython.locals(
    scheduler=Scheduler, order="int[::1]", levels=list, level=Py_ssize_t,
    start=Py_ssize_t, stop=Py_ssize_t,
)
cpdef schedule(flow)
