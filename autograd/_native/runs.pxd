"""Types that make autograd/compiling/runs.py fast when it is compiled."""

cimport cython

cdef class Columns:
    cdef public Py_ssize_t arity, count
    cdef long long[::1] slots

    @cython.locals(at=Py_ssize_t)
    cpdef long long step(self, Py_ssize_t k, Py_ssize_t j)

    @cython.locals(
        count=Py_ssize_t, unit=bint, k=Py_ssize_t, step=cython.longlong,
        stop=Py_ssize_t, same=bint,
    )
    cpdef Py_ssize_t run_end(self, Py_ssize_t start)

    @cython.locals(runs=Py_ssize_t, start=Py_ssize_t)
    cpdef Py_ssize_t runs(self)

@cython.locals(step=cython.longlong, expected=cython.longlong, slot=cython.longlong)
cpdef as_run(list slots)
