"""The layout of a compiled Value, for the extensions that read it."""

from cpython.object cimport PyObject

cdef enum:
    HAS_GRAD = 1  # a leaf without it, but for a constant, has an adjoint of 0
    CONSTANT = 2
    VISITED = 4
    NUMBER_0 = 8  # the first operand is a plain float, which p0 points to
    NUMBER_1 = 16
    MADE = 32  # by Value(...): not to be initialized again

# What few nodes have: a label, more than two operands, a row of the user's
cdef struct Block:
    PyObject *label
    PyObject *row
    Py_ssize_t count
    PyObject **parents
    double *partials


cdef class Value:
    # first what loops over many parameters need: of one cache line, mostly
    cdef double number, adjoint
    cdef short code
    cdef unsigned short flags
    # local derivatives; in a leaf, during a backward pass, d0 keeps the earlier gradient
    cdef double d0, d1
    cdef PyObject *p0
    cdef PyObject *p1
    cdef PyObject *scope
    cdef Block *block
    cdef object __weakref__
