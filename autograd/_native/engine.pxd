"""The layout of a compiled Value, for the extensions that read it."""

from cpython.object cimport PyObject

cdef enum:
    HAS_GRAD = 1  # a leaf without it, but for a constant, has an adjoint of 0
    CONSTANT = 2
    VISITED = 4
    NUMBER_0 = 8  # the first operand is a plain float, which p0 points to
    NUMBER_1 = 16
    MADE = 32  # by Value(...): not to be initialized again
    GRAD_IS_VALUE = 64  # a number in adjoint, and the block knows the Value that it is of

# What few nodes have: a label, a gradient that is a Value (or a weak reference to one),
# a row of the user's, more than two operands
cdef struct Block:
    PyObject *label
    PyObject *gradient
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


# Who changes an adjoint must drop the Value that it was the number of: for a node with
# GRAD_IS_VALUE. There is hardly ever any, so how many there are can be asked first.
cdef void drop_gradient(Value node) noexcept
cdef Py_ssize_t gradients_that_are_values() noexcept
