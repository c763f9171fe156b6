"""Types that make autograd/compiling/runs.py fast when it is compiled."""

cimport cython

cdef long long FAR

@cython.locals(step=cython.longlong, expected=cython.longlong, slot=cython.longlong)
cpdef as_run(list slots)
