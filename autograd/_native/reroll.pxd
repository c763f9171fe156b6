"""Types that make autograd/compiling/reroll.py fast when it is compiled."""

cimport cython
cdef int CONSTANT, STOP, ADD, MUL, SQUARE, SUM, DOT

@cython.locals(ops=list, args=list, uses=list, absorbed=bytearray, count=Py_ssize_t, i=Py_ssize_t, op=int, inner=list, terms=list, t=Py_ssize_t, x=Py_ssize_t, y=Py_ssize_t, products=list, others=list, half=Py_ssize_t, kind=tuple)
cpdef reroll(tape)

@cython.locals(uses=list, op=int, args=tuple)
cpdef list used(tape)

@cython.locals(terms=list, stack=list, t=Py_ssize_t, op=int)
cpdef list terms_of(Py_ssize_t root, list ops, list args, list uses, list inner)

@cython.locals(moved=list, i=Py_ssize_t, op=int, args=tuple)
cpdef rewritten(tape, dict found, bytearray absorbed)
