# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
"""The optimizers' loops over compiled Values.

One loop for all: what it computes is updates.h, written from the rules in nn/updates.py.
No Python runs in it, so that neither Ctrl-C nor another thread can come into a step.
"""

from cpython cimport array

from autograd._native.engine cimport HAS_GRAD, Value

cdef extern from "updates.h":
    const char *NN_NAMES
    double nn_update(
        int code, double data, double grad, double **state, Py_ssize_t i,
        const double *settings,
    ) nogil

NAMES = NN_NAMES.decode().split()


cdef int check(list parameters) except -1:
    for parameter in parameters:
        if type(parameter) is not Value:
            raise TypeError(f"parameters: {parameter!r} is not a Value")
    return 0


def move(str name, list parameters, list state, settings):
    """Move every parameter once, by the rule of this name."""
    cdef int code = NAMES.index(name)
    cdef Py_ssize_t i, count = len(parameters)
    cdef double numbers[16]
    cdef double *columns[4]
    cdef array.array column
    cdef Value p
    check(parameters)
    for i in range(len(settings)):
        numbers[i] = settings[i]
    for i in range(len(state)):
        column = state[i]
        if len(column) != count:
            raise ValueError("parameters: their number has changed since the start")
        columns[i] = column.data.as_doubles
    for i in range(count):
        p = <Value> parameters[i]
        p.number = nn_update(
            code, p.number, p.adjoint if p.flags & HAS_GRAD else 0.0, columns, i, numbers
        )


def zero(list parameters):
    """Reset the gradient of every parameter."""
    cdef Value p
    check(parameters)
    for parameter in parameters:
        p = <Value> parameter
        p.flags &= ~HAS_GRAD
        p.adjoint = 0.0
