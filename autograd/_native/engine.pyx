# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
# cython: initializedcheck=False
"""Value, compiled: the twin of autograd/value.py, with the same laws and errors.

What stands here is only what is fast: the node, its operators, the sort and the chain
rule. How a Value compares, prints and copies is autograd.protocols' in both twins; what
a primitive computes is the table's, as the C that kernels.h is generated with.
"""

cimport cython
from cpython.contextvars cimport PyContextVar_Get, PyContextVar_Reset, PyContextVar_Set
from cpython.long cimport PyLong_AsLongLongAndOverflow
from cpython.mem cimport PyMem_Free, PyMem_Malloc, PyMem_Realloc
from cpython.object cimport Py_EQ, Py_GE, Py_GT, Py_LE, Py_LT, Py_NE
from cpython.object cimport PyObject, PyTypeObject
from cpython.ref cimport Py_DECREF, Py_INCREF
from cpython.weakref cimport PyWeakref_GetObject, PyWeakref_NewRef
from libc.stdint cimport uintptr_t

from autograd.elementary import complete
from autograd.gradients import leave_values, rehearse
from autograd.observing import listeners, recorded
from autograd.primitives import TABLE
from autograd.protocols import Protocols, not_assignable, not_differentiable
from autograd.real import as_float, is_real
from autograd.scopes import NO_GRAD, current
from autograd.watching import used, watcher, watchers

cdef extern from "kernels.h":
    const char *AG_FINGERPRINT
    const char *ag_kernel_arity
    enum:
        AG_leaf, AG_OWN
        AG_add, AG_sub, AG_mul, AG_div, AG_floordiv, AG_mod, AG_neg, AG_abs
        AG_pow, AG_pow_constant, AG_sum, AG_dot
    double ag_unary(int code, double x, double *d) nogil
    double ag_binary(int code, double x, double y, double *d) nogil
    double ag_ternary(int code, double x, double y, double z, double *d) nogil
    double ag_add(double x, double y, double *d) nogil
    double ag_sub(double x, double y, double *d) nogil
    double ag_mul(double x, double y, double *d) nogil
    double ag_div(double x, double y, double *d) nogil

cdef extern from *:
    """
    #define AG_REFCNT(o) Py_REFCNT((PyObject *)(o))
    /* a large graph is not in the cache: ask for a node before it is needed */
    #if defined(__GNUC__)
    #define AG_FETCH(p) \
        (__builtin_prefetch((char *)(p)), __builtin_prefetch((char *)(p) + 64))
    #define AG_RARELY(condition) __builtin_expect(!!(condition), 0)
    #else
    #define AG_FETCH(p) ((void)0)
    #define AG_RARELY(condition) (condition)
    #endif
    """
    bint AG_RARELY(bint condition) nogil
    Py_ssize_t AG_REFCNT(PyObject *o) nogil
    void AG_FETCH(uintptr_t p) nogil

cdef extern from "pool.h":
    void ag_prepare(PyTypeObject *type, const char *name)

FINGERPRINT = AG_FINGERPRINT.decode()
if len(TABLE) != AG_OWN - 1:
    raise ImportError("the compiled engine was built from another table of primitives")

# A code is a row's place in the table, from 1; AG_leaf is 0, and AG_OWN, which comes
# last, says that the row is one of the user's and stands in the block.
cdef list ROW = [None, *TABLE, None]
cdef dict CODE = {row: code for code, row in enumerate(TABLE, start=1)}
cdef object CURRENT = current
cdef object NOT_RECORDING = NO_GRAD
cdef list WATCHERS = watchers
cdef bint is_observed = False  # whether anybody is: asked at each node


@cython.final
@cython.no_gc
cdef class Value:
    """A scalar that records the operations on it.

    `data` is any real number, kept as a float (64 bits). Anything else is a TypeError.

    >>> a, b = Value(2.0, label="a"), Value(-3.0, label="b")
    >>> y = a * b + a
    >>> y.backward()
    >>> y.data, a.grad, b.grad
    (-4.0, -2.0, 2.0)
    """

    def __init__(self, data, label=None):
        if self.code or self.flags or self.block != NULL:
            raise TypeError("a Value cannot be initialized again: make a new one")
        if len(WATCHERS) and type(data) is Value and watcher() is not None:
            copy_of(self, <Value> data)
        else:
            self.number = to_double(data, "data")
            self.flags = MADE
        if label is not None:
            set_label(self, label)
        cdef PyObject *scope = current_scope()
        if scope != NULL and scope != <PyObject *> NOT_RECORDING:
            Py_INCREF(<object> scope)
            self.scope = scope

    def __dealloc__(self):
        if self.scope != NULL:
            Py_DECREF(<object> self.scope)
        if self.p0 != NULL:
            release(self.p0)
        if self.p1 != NULL:
            release(self.p1)
        if self.block != NULL:
            release_block(self.block)

    # --- what it holds

    @property
    def data(self):
        """The number. Only a leaf's can be assigned."""
        if len(WATCHERS):
            used(self, "read .data")
        return self.number

    @data.setter
    def data(self, number):
        if self.code != AG_leaf or self.flags & CONSTANT:
            raise not_assignable(self)
        if len(WATCHERS):
            used(self, "assign .data")
        self.number = to_double(number, "data")

    @data.deleter
    def data(self):
        raise AttributeError("data of a Value cannot be deleted")

    @property
    def grad(self):
        """The gradient; 0.0 until a backward pass reaches it. Assign 0 to reset it."""
        if len(WATCHERS):
            used(self, "read .grad")
        if self.flags & GRAD_IS_VALUE:
            return kept_gradient(self)
        return self.adjoint if self.flags & HAS_GRAD else 0.0

    @grad.setter
    def grad(self, number):
        cdef double grad = to_double(number, "grad")
        if len(WATCHERS):
            used(self, "assign .grad")
        if self.flags & GRAD_IS_VALUE:
            drop_gradient(self)
        self.adjoint = grad
        if grad == 0:
            self.flags &= ~HAS_GRAD
        else:
            self.flags |= HAS_GRAD

    @grad.deleter
    def grad(self):
        raise AttributeError("grad of a Value cannot be deleted")

    @property
    def label(self):
        """The name in pictures and explanations."""
        if self.block == NULL or self.block.label == NULL:
            return None
        return <object> self.block.label

    @label.setter
    def label(self, text):
        set_label(self, text)

    @label.deleter
    def label(self):
        raise AttributeError("label of a Value cannot be deleted")

    @property
    def op(self):
        """The primitive's name; "" for a leaf."""
        return "" if self.code == AG_leaf else self._row.name

    @property
    def parents(self):
        """The operands, in order, as often as they were used."""
        return parents_of(self)

    @property
    def partials(self):
        """The local derivatives by the parents, at the recorded numbers."""
        cdef Py_ssize_t i
        if len(WATCHERS):
            used(self, "read .partials")
        if self.block != NULL and self.block.count:
            return tuple([self.block.partials[i] for i in range(self.block.count)])
        if self.p1 != NULL:
            return (self.d0, self.d1)
        return (self.d0,) if self.p0 != NULL else ()

    @property
    def is_leaf(self):
        """Whether it was given, not computed."""
        return self.code == AG_leaf

    @property
    def is_constant(self):
        """Whether it is a plain number in an expression: it never gets a gradient."""
        return self.flags & CONSTANT != 0

    # micrograd's names
    @property
    def _prev(self):
        return parents_of(self)

    @property
    def _op(self):
        return self.op

    # what protocols, pictures and graphs read
    @property
    def _row(self):
        if self.code == AG_leaf:
            return None
        return <object> self.block.row if self.code == AG_OWN else ROW[self.code]

    @property
    def _data(self):
        return self.number

    @property
    def _grad(self):
        return self.adjoint if self.flags & HAS_GRAD else None

    @property
    def _label(self):
        return self.label

    @property
    def _parents(self):
        return parents_of(self)

    @property
    def _partials(self):
        return self.partials

    @property
    def _scope(self):
        return None if self.scope == NULL else <object> self.scope

    @property
    def _constant(self):
        return self.flags & CONSTANT != 0

    def backward(self, seed=1.0, *, create_graph=False):
        """Add seed * d(self)/d(leaf) to every leaf's grad; set every inner node's.

        One pass, which neither other threads nor Ctrl-C can come into.

        >>> x = Value(3.0)
        >>> y = x**3
        >>> y.backward(); y.backward()
        >>> x.grad
        54.0

        With `create_graph` the gradients are Values (and so may the seed be), to be
        differentiated again; an inner node's as long as a leaf's is. A plain pass adds
        to their numbers. A leaf and its gradient keep each other alive: reset it when
        done (`x.grad = 0`, `zero_grad()`), or use `autograd.grad`.
        """
        if len(WATCHERS):
            used(self, "call backward()")
        if self.flags & CONSTANT:
            raise not_differentiable(self)
        if create_graph:
            leave_values(self, seed)
            return
        if is_observed:
            rehearse(self, seed)
        differentiate(self, to_double(seed, "seed"))

    def _receive(self, Value adjoint):
        """autograd.gradients.receive, compiled: nothing can come into it."""
        cdef bint is_leaf = self.code == AG_leaf
        if is_leaf and self.flags & GRAD_IS_VALUE:
            adjoint = arithmetic(AG_add, adjoint, kept_gradient(self))
        elif is_leaf and self.flags & HAS_GRAD and self.adjoint != 0:
            adjoint = arithmetic(AG_add, adjoint, self.adjoint)
        set_gradient(self, adjoint, is_leaf or adjoint.flags & CONSTANT)

    # --- operators

    def __add__(self, other): return arithmetic(AG_add, self, other)  # self + other
    def __sub__(self, other): return arithmetic(AG_sub, self, other)
    def __mul__(self, other): return arithmetic(AG_mul, self, other)
    def __truediv__(self, other): return arithmetic(AG_div, self, other)
    def __floordiv__(self, other): return binary(AG_floordiv, self, other)
    def __mod__(self, other): return binary(AG_mod, self, other)
    def __divmod__(self, other): return self // other, self % other
    def __rsub__(self, other): return binary(AG_sub, other, self)  # other - self
    def __rmul__(self, other): return binary(AG_mul, other, self)
    def __rtruediv__(self, other): return binary(AG_div, other, self)
    def __rfloordiv__(self, other): return binary(AG_floordiv, other, self)
    def __rmod__(self, other): return binary(AG_mod, other, self)
    def __rdivmod__(self, other): return other // self, other % self
    def __neg__(self): return unary(AG_neg, self)
    def __abs__(self): return unary(AG_abs, self)
    def __pos__(self): return self

    def __radd__(self, other):
        if type(other) is int and other == 0:  # starts a sum
            return self
        return binary(AG_add, other, self)

    def __pow__(self, other, modulus):
        if modulus is not None:
            return NotImplemented
        return binary(power_code(other), self, other)

    def __rpow__(self, other, modulus):
        if modulus is not None:
            return NotImplemented
        return binary(AG_pow, other, self)

    def __lt__(self, other): return compare(self, other, Py_LT, Protocols.__lt__)
    def __le__(self, other): return compare(self, other, Py_LE, Protocols.__le__)
    def __gt__(self, other): return compare(self, other, Py_GT, Protocols.__gt__)
    def __ge__(self, other): return compare(self, other, Py_GE, Protocols.__ge__)
    def __eq__(self, other): return compare(self, other, Py_EQ, Protocols.__eq__)
    def __ne__(self, other): return compare(self, other, Py_NE, Protocols.__ne__)

    def __hash__(self):  # identity: equal numbers are still different nodes
        if len(WATCHERS):
            watching = watcher()
            known = None if watching is None else watching.hashed(self)
            if known is not None:
                return known
        return <Py_hash_t> (<uintptr_t> <PyObject *> self >> 4)

    def __bool__(self):
        return Protocols.__bool__(self) if len(WATCHERS) else self.number != 0

    # --- Python's other protocols, as the other twin has them

    def __round__(self, digits=None): return Protocols.__round__(self, digits)
    def __floor__(self): return Protocols.__floor__(self)
    def __ceil__(self): return Protocols.__ceil__(self)
    def __trunc__(self): return Protocols.__trunc__(self)
    def __index__(self): return Protocols.__index__(self)
    def __float__(self): return Protocols.__float__(self)
    def __int__(self): return Protocols.__int__(self)
    def __format__(self, spec): return Protocols.__format__(self, spec)
    def __repr__(self): return Protocols.__repr__(self)
    def __copy__(self): return Protocols.__copy__(self)
    def __deepcopy__(self, memo): return Protocols.__deepcopy__(self, memo)
    def __reduce__(self): return Protocols.__reduce__(self)

    def __setstate__(self, state):
        if self.code != AG_leaf:
            raise TypeError("only a leaf's state can be set")
        grad, constant = state
        set_state(self, grad, constant)

    @staticmethod
    def _restore(row, double data, tuple parents, tuple partials, label, grad, scope, constant):
        """A node from its parts, for copies and for graphs read back."""
        cdef Value node = Value.__new__(Value)
        node.number = data
        if row is not None:
            operate(node, row, parents, partials)
        set_label(node, label)
        set_state(node, grad, constant)
        if scope is not None:
            Py_INCREF(scope)
            node.scope = <PyObject *> scope
        return node

    def _apply(self, row, *others):
        return record(row, self, *others) if others else unary_of(CODE.get(row, AG_OWN), self, row)

    # --- elementary functions, written by `python -m autograd._generated`

    def neg(self):
        """The number with its sign changed."""
        return unary(7, self)

    def negative(self):
        """The number with its sign changed."""
        return unary(7, self)

    def pow(self, *operands):
        """x to the power y, both variable: slopes y x**(y-1) and x**y log(x)."""
        return record(ROW[9], *complete(ROW[9], (self, *operands)))

    def power(self, *operands):
        """x to the power y, both variable: slopes y x**(y-1) and x**y log(x)."""
        return record(ROW[9], *complete(ROW[9], (self, *operands)))

    def exp(self):
        """e to the power x; its own derivative."""
        return unary(10, self)

    def exp2(self):
        """2 to the power x; derivative 2**x log(2)."""
        return unary(11, self)

    def expm1(self):
        """exp(x) - 1, accurate near 0; derivative exp(x)."""
        return unary(12, self)

    def log(self):
        """Natural logarithm; derivative 1/x."""
        return unary(13, self)

    def log2(self):
        """Logarithm to base 2; derivative 1/(x log 2)."""
        return unary(14, self)

    def log10(self):
        """Logarithm to base 10; derivative 1/(x log 10)."""
        return unary(15, self)

    def log1p(self):
        """log(1 + x), accurate near 0; derivative 1/(1 + x)."""
        return unary(16, self)

    def sqrt(self):
        """Square root; derivative 1/(2 sqrt(x))."""
        return unary(17, self)

    def cbrt(self):
        """Cube root, of negative numbers too; derivative 1/(3 cbrt(x)**2)."""
        return unary(18, self)

    def square(self):
        """x times x; derivative 2x."""
        return unary(19, self)

    def reciprocal(self):
        """1/x; derivative -1/x**2."""
        return unary(20, self)

    def rsqrt(self):
        """1/sqrt(x); derivative -1/(2 x sqrt(x))."""
        return unary(21, self)

    def sin(self):
        """Sine of an angle in radians; derivative cos(x)."""
        return unary(22, self)

    def cos(self):
        """Cosine of an angle in radians; derivative -sin(x)."""
        return unary(23, self)

    def tan(self):
        """Tangent of an angle in radians; derivative 1 + tan(x)**2."""
        return unary(24, self)

    def asin(self):
        """Inverse sine, in radians; derivative 1/sqrt((1 - x)(1 + x))."""
        return unary(25, self)

    def arcsin(self):
        """Inverse sine, in radians; derivative 1/sqrt((1 - x)(1 + x))."""
        return unary(25, self)

    def acos(self):
        """Inverse cosine, in radians; derivative -1/sqrt((1 - x)(1 + x))."""
        return unary(26, self)

    def arccos(self):
        """Inverse cosine, in radians; derivative -1/sqrt((1 - x)(1 + x))."""
        return unary(26, self)

    def atan(self):
        """Inverse tangent, in radians; derivative 1/(1 + x**2)."""
        return unary(27, self)

    def arctan(self):
        """Inverse tangent, in radians; derivative 1/(1 + x**2)."""
        return unary(27, self)

    def sinh(self):
        """Hyperbolic sine; derivative cosh(x)."""
        return unary(28, self)

    def cosh(self):
        """Hyperbolic cosine; derivative sinh(x)."""
        return unary(29, self)

    def tanh(self):
        """Hyperbolic tangent; derivative 1/cosh(x)**2."""
        return unary(30, self)

    def asinh(self):
        """Inverse hyperbolic sine; derivative 1/sqrt(1 + x**2)."""
        return unary(31, self)

    def arcsinh(self):
        """Inverse hyperbolic sine; derivative 1/sqrt(1 + x**2)."""
        return unary(31, self)

    def acosh(self):
        """Inverse hyperbolic cosine; derivative 1/sqrt((x - 1)(x + 1))."""
        return unary(32, self)

    def arccosh(self):
        """Inverse hyperbolic cosine; derivative 1/sqrt((x - 1)(x + 1))."""
        return unary(32, self)

    def atanh(self):
        """Inverse hyperbolic tangent; derivative 1/((1 - x)(1 + x))."""
        return unary(33, self)

    def arctanh(self):
        """Inverse hyperbolic tangent; derivative 1/((1 - x)(1 + x))."""
        return unary(33, self)

    def abs(self):
        """Absolute value; derivative sign(x), 0 at 0."""
        return unary(34, self)

    def absolute(self):
        """Absolute value; derivative sign(x), 0 at 0."""
        return unary(34, self)

    def fabs(self):
        """Absolute value; derivative sign(x), 0 at 0."""
        return unary(34, self)

    def sign(self):
        """-1, 0 or 1; flat, so the slope is 0 everywhere."""
        return unary(35, self)

    def floor(self):
        """Largest whole number not above x; flat, so the slope is 0 everywhere."""
        return unary(36, self)

    def ceil(self):
        """Smallest whole number not below x; flat, so the slope is 0 everywhere."""
        return unary(37, self)

    def trunc(self):
        """x without its fraction; flat, so the slope is 0 everywhere."""
        return unary(38, self)

    def round(self):
        """Nearest whole number, half to even; flat, so the slope is 0 everywhere."""
        return unary(39, self)

    def rint(self):
        """Nearest whole number, half to even; flat, so the slope is 0 everywhere."""
        return unary(39, self)

    def clip(self, *operands):
        """x held between lo and hi; slope 1 inside and on the bounds."""
        return record(ROW[40], *complete(ROW[40], (self, *operands)))

    def erf(self):
        """Error function; derivative 2/sqrt(pi) exp(-x**2) (DLMF 7.2.1)."""
        return unary(41, self)

    def erfc(self):
        """1 - erf(x), accurate for large x (DLMF 7.2.2)."""
        return unary(42, self)

    def gamma(self):
        """Gamma function; derivative gamma(x) digamma(x) (DLMF 5.2.2)."""
        return unary(43, self)

    def lgamma(self):
        """Logarithm of |gamma(x)|; derivative digamma(x)."""
        return unary(44, self)

    def digamma(self):
        """Logarithmic derivative of gamma (DLMF 5.2.2); derivative polygamma(1, x)."""
        return unary(45, self)

    def relu(self):
        """max(x, 0); slope 0 at 0."""
        return unary(47, self)

    def leaky_relu(self, *operands):
        """x where positive, else slope * x; at 0 the slope is `slope`."""
        return record(ROW[48], *complete(ROW[48], (self, *operands)))

    def relu6(self):
        """x held between 0 and 6; slope 0 at both."""
        return unary(49, self)

    def elu(self, *operands):
        """x where positive, else alpha (exp(x) - 1)."""
        return record(ROW[50], *complete(ROW[50], (self, *operands)))

    def selu(self):
        """Self-normalising ELU (Klambauer et al. 2017)."""
        return unary(51, self)

    def gelu(self):
        """x times the normal distribution function, exact (Hendrycks, Gimpel 2016)."""
        return unary(52, self)

    def sigmoid(self):
        """Logistic function 1/(1 + exp(-x)); derivative sigmoid(x) sigmoid(-x)."""
        return unary(53, self)

    def logsigmoid(self):
        """log(sigmoid(x)) without overflow; derivative sigmoid(-x)."""
        return unary(54, self)

    def softplus(self):
        """log(1 + exp(x)) without overflow; derivative sigmoid(x)."""
        return unary(55, self)

    def silu(self):
        """x sigmoid(x), also called swish."""
        return unary(56, self)

    def mish(self):
        """x tanh(softplus(x)) (Misra 2019)."""
        return unary(57, self)

    def softsign(self):
        """x/(1 + |x|); derivative 1/(1 + |x|)**2."""
        return unary(58, self)

    def hardtanh(self):
        """x held between -1 and 1; slope 0 at both."""
        return unary(59, self)

    def fmod(self, *operands):
        """Remainder with the dividend's sign; x - y trunc(x / y)."""
        return record(ROW[60], *complete(ROW[60], (self, *operands)))

    def remainder(self, *operands):
        """IEEE 754 remainder; x - y round(x / y), half to even."""
        return record(ROW[61], *complete(ROW[61], (self, *operands)))

    def copysign(self, *operands):
        """The magnitude of x with the sign of y; slope 0 at x = 0."""
        return record(ROW[62], *complete(ROW[62], (self, *operands)))

    def atan2(self, *operands):
        """Angle of the point (x, y) in radians; slopes x/r**2 and -y/r**2."""
        return record(ROW[63], *complete(ROW[63], (self, *operands)))

    def arctan2(self, *operands):
        """Angle of the point (x, y) in radians; slopes x/r**2 and -y/r**2."""
        return record(ROW[63], *complete(ROW[63], (self, *operands)))

    def logaddexp(self, *operands):
        """log(exp(x) + exp(y)) without overflow."""
        return record(ROW[64], *complete(ROW[64], (self, *operands)))

    def xlogy(self, *operands):
        """x log(y), and 0 where x is 0."""
        return record(ROW[65], *complete(ROW[65], (self, *operands)))

    # --- end of what is written


ag_prepare(<PyTypeObject *> Value, "autograd.Value")


@cython.final
@cython.trashcan(True)  # scopes nested a million deep must not recurse either
cdef class Scope:
    """Group the nodes built inside under a name; the twin of autograd.scopes.Scope."""

    cdef readonly str name
    cdef readonly object parent
    cdef object token  # while open; giving it back is faster than setting the outer scope

    def __init__(self, name, parent=None):
        if not isinstance(name, str):
            raise TypeError(f"scope(name): name must be a str, not {name!r}")
        if parent is not None and type(parent) is not Scope:
            raise TypeError(f"scope(parent): must be a scope, not {parent!r}")
        if self.name is not None:
            raise TypeError("a scope cannot be initialized again: make a new one")
        self.name = str.__str__(name)
        self.parent = parent

    def __enter__(self):
        if self.token is not None:
            raise RuntimeError(f"{self!r} is open already: open a scope of its own")
        cdef PyObject *outer = current_scope()
        if outer != <PyObject *> NOT_RECORDING:
            self.parent = None if outer == NULL else <object> outer
            self.token = PyContextVar_Set(CURRENT, self)
        return self

    def __exit__(self, kind=None, error=None, trace=None):
        if self.token is not None:
            PyContextVar_Reset(CURRENT, self.token)
            self.token = None

    def __repr__(self):
        return f"<scope {self.name!r}>"


# --- numbers


cdef inline double to_double(x, name) except? -1.7e-308:
    cdef int overflow = 0
    cdef long long whole
    if type(x) is float:
        return <double> x
    if type(x) is int:
        whole = PyLong_AsLongLongAndOverflow(x, &overflow)
        if not overflow:
            return <double> whole
    return <double> as_float(x, name)


cdef compare(Value self, other, int relation, general):
    cdef double x = self.number, y
    cdef int overflow = 0
    cdef long long whole
    if len(WATCHERS):
        return general(self, other)
    if type(other) is Value:
        y = (<Value> other).number
    elif type(other) is float:
        y = <double> other
    else:
        if type(other) is not int:
            return general(self, other)
        whole = PyLong_AsLongLongAndOverflow(other, &overflow)
        if overflow or whole > 2 ** 53 or whole < -(2 ** 53):
            return general(self, other)  # exactly: it may have no float
        y = <double> whole
    if relation == Py_LT:
        return x < y
    if relation == Py_LE:
        return x <= y
    if relation == Py_GT:
        return x > y
    if relation == Py_GE:
        return x >= y
    return x == y if relation == Py_EQ else x != y


# --- making nodes


cdef inline PyObject *current_scope() except? NULL:
    """The scope that nodes are made in, borrowed; NULL for none."""
    cdef PyObject *scope = NULL
    PyContextVar_Get(CURRENT, NULL, &scope)
    if scope == NULL:
        return NULL
    Py_DECREF(<object> scope)  # the context holds it
    return NULL if scope == <PyObject *> None else scope


cdef inline Value plain(double number):
    """A number that no gradient flows into."""
    cdef Value node = Value.__new__(Value)
    node.number = number
    node.flags = CONSTANT
    return node


cdef inline void hold_scope(Value node, PyObject *scope) noexcept:
    if scope != NULL:
        Py_INCREF(<object> scope)
        node.scope = scope


cdef int copy_of(Value node, Value x) except -1:
    """A recorded function's Value(x), where x stands for the plain number it will be."""
    same = x * 1.0
    operate(node, same._row, same._parents, (1.0, x.number))
    node.number = x.number
    return 0


cdef Block *block_of(Value node) except NULL:
    cdef Block *block = node.block
    if block == NULL:
        block = <Block *> PyMem_Malloc(sizeof(Block))
        if block == NULL:
            raise MemoryError
        block.label = block.gradient = block.row = NULL
        block.count = 0
        block.parents = NULL
        block.partials = NULL
        node.block = block
    return block


cdef int hold_row(Value node, row) except -1:
    cdef Block *block = block_of(node)
    Py_INCREF(row)
    block.row = <PyObject *> row
    return 0


cdef int set_label(Value node, text) except -1:
    if text is not None and not isinstance(text, str):
        raise TypeError(f"label must be a str or None, not {text!r}")
    if text is None and node.block == NULL:
        return 0
    if text is not None:
        text = str.__str__(text)  # a plain one: it can hold nothing else alive
    cdef Block *block = block_of(node)
    cdef PyObject *old = block.label
    block.label = NULL
    if text is not None:
        Py_INCREF(text)
        block.label = <PyObject *> text
    if old != NULL:
        Py_DECREF(<object> old)
    return 0


# --- gradients that are Values, as autograd.gradients has them

cdef Py_ssize_t kept_gradients = 0


cdef Py_ssize_t gradients_that_are_values() noexcept:
    return kept_gradients


cdef int set_gradient(Value node, Value gradient, bint is_held) except -1:
    """The node keeps this one alive, or only knows it while somebody else does."""
    global kept_gradients
    cdef Block *block = block_of(node)
    held = gradient if is_held else <object> PyWeakref_NewRef(gradient, None)
    if node.flags & GRAD_IS_VALUE:
        drop_gradient(node)
    Py_INCREF(held)
    block.gradient = <PyObject *> held
    kept_gradients += 1
    node.adjoint = gradient.number
    node.flags |= HAS_GRAD | GRAD_IS_VALUE
    return 0


cdef kept_gradient(Value node):
    """The Value; the number where nobody held it, or it was assigned to since."""
    cdef object held = <object> node.block.gradient
    if type(held) is not Value:
        held = <object> PyWeakref_GetObject(held)
    cdef double number = node.adjoint
    if held is None or (<Value> held).number != number == number:
        return number
    return held


cdef void drop_gradient(Value node) noexcept:
    """Only the number stays."""
    global kept_gradients
    cdef PyObject *held = node.block.gradient
    node.block.gradient = NULL
    node.flags &= ~GRAD_IS_VALUE
    kept_gradients -= 1
    release(held)


cdef int set_state(Value node, grad, constant) except -1:
    cdef double adjoint = 0.0 if grad is None else grad
    if node.flags & GRAD_IS_VALUE:
        drop_gradient(node)
    node.flags = node.flags & ~(HAS_GRAD | CONSTANT) | (CONSTANT if constant else 0)
    node.adjoint = adjoint
    if grad is not None:
        node.flags |= HAS_GRAD
    return 0


cdef inline int look(Value node, int code, row, x, y) except -1:
    """An observer, if there is one, sees the node and may refuse it."""
    return show(node, code, row, x, y) if AG_RARELY(is_observed) else 0


def _observe(bint anybody):
    global is_observed
    is_observed = anybody


listeners.append(_observe)


cdef int show(Value node, int code, row, x, y) except -1:
    operands = (x,) if y is None else (x, y)
    recorded(node, ROW[code] if row is None else row, operands)
    return 0


cdef inline Value unary(int code, Value x):
    return unary_of(code, x, None)


cdef Value unary_of(int code, Value x, row):
    cdef Value node
    cdef double slope, out
    if ag_kernel_arity[code] == 1:
        out = ag_unary(code, x.number, &slope)
    else:
        out, (slope,) = (ROW[code] if row is None else row).at_one(x.number)
    cdef PyObject *scope = current_scope()
    if x.flags & CONSTANT or scope == <PyObject *> NOT_RECORDING:
        node = plain(out)
        look(node, code, row, x, None)
        return node
    node = Value.__new__(Value)
    node.number = out
    node.d0 = slope
    Py_INCREF(x)
    node.p0 = <PyObject *> x
    hold_scope(node, scope)
    if code == AG_OWN:
        hold_row(node, row)
    node.code = code
    look(node, code, row, x, None)
    return node


cdef inline arithmetic(int code, Value x, other):
    """x + other and its like; the way of two Values is the one to be short."""
    if type(other) is not Value:
        return binary_of(code, x, other, None)
    cdef Value y = <Value> other
    cdef PyObject *scope = current_scope()
    if x.flags & y.flags & CONSTANT or scope == <PyObject *> NOT_RECORDING:
        return binary_of(code, x, other, None)
    cdef Value node = Value.__new__(Value)
    cdef double slopes[2]
    if code == AG_add:
        node.number = ag_add(x.number, y.number, slopes)
    elif code == AG_sub:
        node.number = ag_sub(x.number, y.number, slopes)
    elif code == AG_mul:
        node.number = ag_mul(x.number, y.number, slopes)
    else:
        node.number = ag_div(x.number, y.number, slopes)
    node.d0 = slopes[0]
    node.d1 = slopes[1]
    Py_INCREF(x)
    node.p0 = <PyObject *> x
    Py_INCREF(y)
    node.p1 = <PyObject *> y
    node.code = code
    hold_scope(node, scope)
    look(node, code, None, x, y)
    return node


cdef inline binary(int code, x, y):
    return binary_of(code, x, y, None)


cdef binary_of(int code, x, y, row):
    cdef Value node
    cdef double a, b, out
    cdef double slopes[2]
    cdef unsigned short flags = 0
    cdef bint is_constant = True
    if type(x) is Value:
        a = (<Value> x).number
        is_constant = (<Value> x).flags & CONSTANT
    else:
        if type(x) is not float:
            if type(x) is not int and not is_real(x):
                return NotImplemented
            x = to_double(x, "data")
        a = <double> x
        flags |= NUMBER_0
    if type(y) is Value:
        b = (<Value> y).number
        is_constant = is_constant and (<Value> y).flags & CONSTANT
    else:
        if type(y) is not float:
            if type(y) is not int and not is_real(y):
                return NotImplemented
            y = to_double(y, "data")
        b = <double> y
        flags |= NUMBER_1
    if ag_kernel_arity[code] == 2:
        out = ag_binary(code, a, b, slopes)
    else:
        out, (slopes[0], slopes[1]) = (ROW[code] if row is None else row).at_two(a, b)
    cdef PyObject *scope = current_scope()
    if is_constant or scope == <PyObject *> NOT_RECORDING:
        node = plain(out)
        look(node, code, row, x, y)
        return node
    node = Value.__new__(Value)
    node.number = out
    node.d0 = slopes[0]
    node.d1 = slopes[1]
    Py_INCREF(x)
    node.p0 = <PyObject *> x
    Py_INCREF(y)
    node.p1 = <PyObject *> y
    node.flags = flags
    hold_scope(node, scope)
    if code == AG_OWN:
        hold_row(node, row)
    node.code = code
    look(node, code, row, x, y)
    return node


cdef Block *room_for(Value node, Py_ssize_t count) except NULL:
    """The block of a node, with places for so many operands and none in them yet."""
    cdef Block *block = block_of(node)
    block.parents = <PyObject **> PyMem_Malloc(count * sizeof(PyObject *))
    block.partials = <double *> PyMem_Malloc(count * sizeof(double))
    if block.parents == NULL or block.partials == NULL:
        raise MemoryError
    return block


cdef int fill_block(Value node, tuple parents, tuple partials) except -1:
    """Operands and local derivatives of a node that has more than two."""
    cdef Py_ssize_t i, count = len(parents)
    cdef Block *block = room_for(node, count)
    for i in range(count):
        parent = parents[i]
        if type(parent) is not Value:
            raise TypeError(f"{parent!r} is not a Value")
        block.partials[i] = partials[i]
        Py_INCREF(parent)
        block.parents[i] = <PyObject *> parent
        block.count = i + 1
    return 0


cdef int operate(Value node, row, tuple parents, tuple partials) except -1:
    """Make a node the result of an operation, from its parts."""
    cdef int code = CODE.get(row, AG_OWN)
    cdef Py_ssize_t count = len(parents)
    if len(partials) != count:
        raise ValueError("a node has one local derivative for each parent")
    if count == 0 or count > 2:
        fill_block(node, parents, partials)
    else:
        node.d0 = partials[0]
        node.d1 = partials[1] if count == 2 else 0.0
        if any([type(parent) is not Value for parent in parents]):
            raise TypeError("the parents of a node must be Values")
        parent = parents[0]
        Py_INCREF(parent)
        node.p0 = <PyObject *> parent
        if count == 2:
            parent = parents[1]
            Py_INCREF(parent)
            node.p1 = <PyObject *> parent
    if code == AG_OWN:
        hold_row(node, row)
    node.code = code
    return 0


cdef Value of_many(int code, row, list operands):
    """A node of three operands and more, Values or floats."""
    cdef Py_ssize_t i, half, count = len(operands)
    cdef double out = 0.0
    cdef bint is_constant = True
    cdef Value node = Value.__new__(Value)
    cdef Value parent
    cdef Block *block = room_for(node, count)
    for i in range(count):
        x = operands[i]
        parent = <Value> x if type(x) is Value else plain(<double> x)
        is_constant = is_constant and parent.flags & CONSTANT
        Py_INCREF(parent)
        block.parents[i] = <PyObject *> parent
        block.count = i + 1
    # the table's sum and dot, in C: tests hold them against their rows
    if code == AG_sum:
        for i in range(count):
            out += number_at(block, i)
            block.partials[i] = 1.0
    elif code == AG_dot and count % 2 == 0:
        half = count // 2
        for i in range(half):
            block.partials[i] = number_at(block, half + i)
            block.partials[half + i] = number_at(block, i)
            out += block.partials[half + i] * block.partials[i]
    elif count == 3 and ag_kernel_arity[code] == 3:
        out = ag_ternary(
            code, number_at(block, 0), number_at(block, 1), number_at(block, 2),
            block.partials,
        )
    else:
        out, partials = row.at(*[number_at(block, i) for i in range(count)])
        if len(partials) != count:
            raise ValueError(
                f"the rule of {row.name!r} gave {len(partials)} local derivatives for "
                f"{count} operands"
            )
        for i in range(count):
            block.partials[i] = partials[i]
    cdef PyObject *scope = current_scope()
    if is_constant or scope == <PyObject *> NOT_RECORDING:
        node = plain(out)
    else:
        hold_scope(node, scope)
        node.number = out
        if code == AG_OWN:
            hold_row(node, row)
        node.code = code
    if is_observed:
        recorded(node, row, operands)
    return node


cdef inline double number_at(Block *block, Py_ssize_t i) noexcept:
    return (<Value> block.parents[i]).number


def record(row, *operands):
    """Apply a primitive to Values and numbers, and record it as a new node."""
    cdef int code = CODE.get(row, AG_OWN)
    cdef list given = [x if type(x) is Value else as_float(x) for x in operands]
    if len(given) == 1:
        x = given[0]
        return unary_of(code, x if type(x) is Value else plain(<double> x), row)
    if len(given) == 2:
        return binary_of(code, given[0], given[1], row)
    return of_many(code, row, given)


def of_one(row, compute):
    """autograd.functions.of_one, compiled; `compute` takes what is no number."""
    cdef int code = CODE.get(row, AG_OWN)

    def function(*operands):
        cdef double slope, number
        if len(operands) != 1:
            complete(row, operands)
        x = operands[0]
        if type(x) is Value:
            return unary_of(code, <Value> x, row)
        try:
            number = to_double(x, "data")
        except TypeError:
            return compute(row, x)
        if ag_kernel_arity[code] == 1:
            return ag_unary(code, number, &slope)
        return row.at_one(number)[0]

    return function


def constant(number):
    """A plain number as a node: drawn, never given a gradient."""
    return plain(to_double(number, "data"))


cdef int power_code(exponent):
    if type(exponent) is Value and not (<Value> exponent).flags & CONSTANT:
        return AG_pow
    return AG_pow_constant


def power_row(exponent):
    """The row of `x ** exponent`: a constant exponent never touches log(x)."""
    return ROW[power_code(exponent)]


cdef tuple parents_of(Value node):
    cdef Py_ssize_t i
    if node.block != NULL and node.block.count:
        return tuple([<object> node.block.parents[i] for i in range(node.block.count)])
    if node.p0 == NULL:
        return ()
    # a number becomes a node when someone looks at it, and stays the same one then
    if node.flags & NUMBER_0:
        node.p0 = as_node(node.p0)
        node.flags &= ~NUMBER_0
    if node.p1 == NULL:
        return (<object> node.p0,)
    if node.flags & NUMBER_1:
        node.p1 = as_node(node.p1)
        node.flags &= ~NUMBER_1
    return (<object> node.p0, <object> node.p1)


cdef PyObject *as_node(PyObject *number) except NULL:
    made = plain(<double> <object> number)
    Py_INCREF(made)
    Py_DECREF(<object> number)
    return <PyObject *> made


# --- freeing: a chain of a million nodes must not recurse

cdef PyObject **waiting = NULL
cdef Py_ssize_t waiting_count = 0, waiting_room = 0
cdef bint is_releasing = False


cdef void release(PyObject *thing) noexcept:
    """Give up a reference; what that frees waits for the outermost call."""
    global waiting, waiting_count, waiting_room, is_releasing
    cdef PyObject **more
    if AG_REFCNT(thing) > 1:
        Py_DECREF(<object> thing)
        return
    if is_releasing:
        if waiting_count == waiting_room:
            more = <PyObject **> PyMem_Realloc(
                waiting, (2 * waiting_room + 64) * sizeof(PyObject *)
            )
            if more == NULL:
                Py_DECREF(<object> thing)
                return
            waiting = more
            waiting_room = 2 * waiting_room + 64
        waiting[waiting_count] = thing
        waiting_count += 1
        return
    is_releasing = True
    Py_DECREF(<object> thing)
    while waiting_count:
        waiting_count -= 1
        Py_DECREF(<object> waiting[waiting_count])
    is_releasing = False
    if waiting_room > 4096:
        PyMem_Free(waiting)
        waiting = NULL
        waiting_room = 0


cdef void release_block(Block *block) noexcept:
    global kept_gradients
    cdef Py_ssize_t i
    if block.label != NULL:
        Py_DECREF(<object> block.label)
    if block.gradient != NULL:
        kept_gradients -= 1
        release(block.gradient)
    if block.row != NULL:
        Py_DECREF(<object> block.row)
    for i in range(block.count):
        release(block.parents[i])
    PyMem_Free(block.parents)
    PyMem_Free(block.partials)
    PyMem_Free(block)


# --- the sort, and the chain rule

cdef enum:
    AHEAD = 8

cdef struct Nodes:
    uintptr_t *items
    Py_ssize_t count
    Py_ssize_t room


cdef int make_room(Nodes *nodes, Py_ssize_t more) except -1:
    cdef Py_ssize_t room = nodes.room
    cdef uintptr_t *items
    if nodes.count + more > room:
        room = 2 * room + more + 64
        items = <uintptr_t *> PyMem_Realloc(nodes.items, room * sizeof(uintptr_t))
        if items == NULL:
            raise MemoryError("no memory left to sort the graph")
        nodes.items = items
        nodes.room = room
    return 0


cdef inline void push(Nodes *nodes, PyObject *parent) noexcept:
    if not (<Value> parent).flags & VISITED:
        nodes.items[nodes.count] = <uintptr_t> parent
        nodes.count += 1


cdef int sort(Value root, Nodes *order, Nodes *stack) except -1:
    """Topological order, as autograd.order has it; nodes in it are marked VISITED.

    A node whose parents are above it on the stack is there with its lowest bit set.
    """
    cdef uintptr_t item
    cdef Py_ssize_t i, count
    cdef Value node
    make_room(stack, 1)
    push(stack, <PyObject *> root)
    while stack.count:
        make_room(order, 1)  # before the node is taken off: a failure must find it there
        stack.count -= 1
        item = stack.items[stack.count]
        if item & 1:
            order.items[order.count] = item & ~<uintptr_t> 1
            order.count += 1
            continue
        node = <Value> <PyObject *> item
        if node.flags & VISITED:
            continue
        count = 0 if node.block == NULL else node.block.count
        make_room(stack, count + 3)
        node.flags |= VISITED
        stack.items[stack.count] = item | 1
        stack.count += 1
        for i in range(count - 1, -1, -1):
            push(stack, node.block.parents[i])
        if node.p1 != NULL and not node.flags & NUMBER_1:
            push(stack, node.p1)
        if node.p0 != NULL and not node.flags & NUMBER_0:
            push(stack, node.p0)
    return 0


cdef int differentiate(Value root, double seed) except -1:
    cdef Nodes order = Nodes(NULL, 0, 0)
    cdef Nodes stack = Nodes(NULL, 0, 0)
    cdef Py_ssize_t i
    cdef Value node
    try:
        sort(root, &order, &stack)
    except MemoryError:
        for i in range(order.count):
            (<Value> <PyObject *> order.items[i]).flags &= ~VISITED
        for i in range(stack.count):
            if stack.items[i] & 1:
                node = <Value> <PyObject *> (stack.items[i] & ~<uintptr_t> 1)
                node.flags &= ~VISITED
        raise
    else:
        propagate(root, seed, &order)
    finally:
        PyMem_Free(order.items)
        PyMem_Free(stack.items)
    return 0


cdef void propagate(Value root, double seed, Nodes *order) noexcept:
    cdef Py_ssize_t i, k
    cdef Value node
    cdef double upstream
    cdef Block *block
    cdef int flags = 0  # of all nodes
    for i in range(order.count):
        if i + AHEAD < order.count:
            AG_FETCH(order.items[i + AHEAD])
        node = <Value> <PyObject *> order.items[i]
        flags |= node.flags
        node.flags &= ~VISITED
        if node.flags & CONSTANT:
            node.flags &= ~HAS_GRAD
        else:
            if node.code == AG_leaf:
                node.d0 = node.adjoint if node.flags & HAS_GRAD else 0.0
            node.flags |= HAS_GRAD
        node.adjoint = 0.0
    root.adjoint = seed
    for i in range(order.count - 1, -1, -1):
        if i >= AHEAD:
            AG_FETCH(order.items[i - AHEAD])
        node = <Value> <PyObject *> order.items[i]
        upstream = node.adjoint
        if node.code == AG_leaf:
            if node.d0 != 0:
                node.adjoint = upstream + node.d0
            continue
        block = node.block
        if block != NULL:
            for k in range(block.count):
                pass_on(<Value> block.parents[k], upstream, block.partials[k])
        if node.p0 != NULL and not node.flags & NUMBER_0:
            pass_on(<Value> node.p0, upstream, node.d0)
        if node.p1 != NULL and not node.flags & NUMBER_1:
            pass_on(<Value> node.p1, upstream, node.d1)
    if flags & GRAD_IS_VALUE:
        for i in range(order.count):
            node = <Value> <PyObject *> order.items[i]
            if node.flags & GRAD_IS_VALUE:
                drop_gradient(node)


cdef inline void pass_on(Value parent, double upstream, double local) noexcept:
    if not parent.flags & CONSTANT:
        parent.adjoint += upstream * local  # the chain rule
