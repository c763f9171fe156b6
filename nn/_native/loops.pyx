# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
"""The optimizers' loops over compiled Values.

What they compute is updates.h, written from the rules in nn/updates.py. No Python runs
in a step, so that neither Ctrl-C nor another thread can come into it.
"""

from cpython cimport array
from cpython.object cimport PyObject, PyTypeObject

from autograd._native.engine cimport GRAD_IS_VALUE, HAS_GRAD, Value, drop_gradient

cdef extern from "Python.h":
    # borrowed: counting references would write to every parameter
    PyObject *item "PyTuple_GET_ITEM" (tuple, Py_ssize_t)
    PyTypeObject *Py_TYPE(PyObject *)

cdef extern from "updates.h":
    const char *NN_NAMES
    ctypedef void nn_rule(
        Py_ssize_t count, double *numbers, const double *gradients,
        double **state, const double *settings,
    ) noexcept nogil
    nn_rule *nn_rules[]

NAMES = NN_NAMES.decode().split()

cdef enum:
    BLOCK = 256  # numbers that are brought together, and stay in the nearest memory
    MOST_SETTINGS = 16
    MOST_COLUMNS = 4


cdef int check(tuple parameters) except -1:
    cdef Py_ssize_t i
    for i in range(len(parameters)):
        if Py_TYPE(item(parameters, i)) != <PyTypeObject *> Value:
            raise TypeError(f"parameters: {parameters[i]!r} is not a Value")
    return 0


cdef int be_seen(tuple parameters) except -1:
    """A function that is being recorded may not do this: reading a number tells it."""
    if parameters:
        parameters[0].data
    return 0


cdef double *doubles(array.array column, Py_ssize_t count) except? NULL:
    if column.typecode != "d":
        raise TypeError(f"the numbers must be an array('d'), not {column!r:.60}")
    if len(column) != count:
        raise ValueError(f"{len(column)} numbers are given for {count} parameters")
    return column.data.as_doubles


def move(str name, tuple parameters, state, settings, gradients=None):
    """Move every parameter once, by the rule of this name; count the step."""
    cdef nn_rule *rule = nn_rules[NAMES.index(name)]
    cdef Py_ssize_t i, start, size, count = len(parameters)
    cdef double own[MOST_SETTINGS]
    cdef double numbers[BLOCK]
    cdef double block[BLOCK]
    cdef double *columns[MOST_COLUMNS]
    cdef double *given = NULL
    cdef double *grads = &block[0]
    cdef PyObject *p
    if len(settings) > MOST_SETTINGS or len(state.columns) > MOST_COLUMNS:
        raise ValueError("a rule has too many settings, or too much state")
    if state.known is not parameters:
        check(parameters)
        state.known = parameters
    be_seen(parameters)
    for i in range(len(settings)):
        own[i] = settings[i]
    for i in range(len(state.columns)):
        columns[i] = doubles(state.columns[i], count)
    if gradients is not None:
        given = doubles(gradients, count)
    for start in range(0, count, BLOCK):
        size = min(<Py_ssize_t> BLOCK, count - start)
        if given != NULL:
            grads = given + start
        for i in range(size):
            p = item(parameters, start + i)
            numbers[i] = (<Value> p).number
            if given == NULL:
                block[i] = (<Value> p).adjoint if (<Value> p).flags & HAS_GRAD else 0.0
        rule(size, numbers, grads, columns, own)
        for i in range(size):
            (<Value> item(parameters, start + i)).number = numbers[i]
        for i in range(len(state.columns)):
            columns[i] += size
    state.steps += 1


def scale(numbers, double factor):
    """Multiply every number."""
    cdef Py_ssize_t i, count = len(numbers)
    cdef double *own = doubles(numbers, count)
    for i in range(count):
        own[i] *= factor


def zero(tuple parameters):
    """Reset the gradient of every parameter."""
    cdef PyObject *p
    cdef Py_ssize_t i
    check(parameters)
    be_seen(parameters)
    for i in range(len(parameters)):
        p = item(parameters, i)
        if (<Value> p).flags & GRAD_IS_VALUE:
            drop_gradient(<Value> p)
        (<Value> p).flags &= ~HAS_GRAD
        (<Value> p).adjoint = 0.0
