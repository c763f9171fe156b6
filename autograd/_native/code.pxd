"""Types that make autograd/compiling/code.py fast when it is compiled."""

cimport cython

cdef long long CONSTANTS, UNIFORM, VARYING
cdef int CALL, FIELDS, GATHER, WIDTH

cdef class Code:
    cdef long long[::1] fields
    cdef Py_ssize_t room
    cdef public Py_ssize_t count

    @cython.locals(fields="long long[::1]", at=Py_ssize_t)
    cpdef write(
        self, long long op, long long n, long long m, long long out,
        long long x0, long long s0, long long r0,
        long long x1, long long s1, long long r1,
        long long x2, long long s2, long long r2,
        long long by_parameters, long long by_inputs,
    )

    @cython.locals(size=Py_ssize_t, bigger="long long[::1]", k=Py_ssize_t)
    cpdef grow(self)

    @cython.locals(
        fields="long long[::1]", flat="int[::1]", by_parameters="int[::1]",
        by_inputs="int[::1]", count=Py_ssize_t, i=Py_ssize_t, k=Py_ssize_t,
        at=Py_ssize_t, to=Py_ssize_t, op=cython.longlong, pooled=bint,
        field=cython.longlong, parameters=cython.longlong, constants=cython.longlong,
        uniform=cython.longlong,
    )
    cpdef finished(self, tuple sizes)

cpdef long long final_slot(
    long long slot, long long parameters, long long constants, long long uniform
)
