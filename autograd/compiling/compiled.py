"""The compiled function: what `autograd.compile` gives."""

from __future__ import annotations

import functools
import os
import sys
import types
from collections.abc import Callable
from typing import Any

from autograd.compiling.by_parameters import ByParameters
from autograd.compiling.caller import by_argument, cores, joined
from autograd.compiling.columns import columns_of, seed_of
from autograd.compiling.derivatives import Derivatives
from autograd.compiling.files import packed
from autograd.compiling.layout import INPUTS, PARAMETERS, Schedule
from autograd.compiling.stages import put_together, shown
from autograd.compiling.structure import NO_KEYWORDS, NUMBER, Structure
from autograd.compiling.tape import Tape
from autograd.files import write_whole
from autograd.watching import watcher, watchers


def compile(function: Callable[..., Any] | None = None, *, exact: bool = False) -> Any:
    """Record a function once and replay it: the same numbers at the speed of C.

    Also a decorator. The function takes numbers, and lists, tuples and dicts of them,
    and returns numbers; Values that it closes over (weights) are read anew at each
    call. A Value is an argument only where no gradient can get lost: a constant, or
    under `no_grad`. Its Python code runs only while it is recorded: once for each
    structure of arguments, and once for each path through its branches. What it does
    besides computing (printing, counting, random numbers) happens then, and not in a
    replay.

    `exact=True` gives the very bits of the engine; otherwise sums may be added in
    another order (within 1e-12 of the sum of magnitudes).

    >>> from autograd import Value, compile
    >>> w = Value(3.0, label="w")
    >>> @compile
    ... def f(x):
    ...     return w * x if x > 0 else -x
    >>> f(2.0), f(-2.0), f.grad(2.0)
    (6.0, 2.0, 3.0)
    >>> f.backward(2.0), w.grad
    (6.0, 2.0)
    >>> print(f.tape)
    t0 = w · x0
    holds while x0 > 0 is True
    return t0
    """
    if function is None:
        return functools.partial(compile, exact=exact)
    if isinstance(function, Compiled):
        return function._again(exact)
    if not callable(function):
        raise TypeError(f"compile(f): must be a function, not {function!r}")
    return Compiled(function, exact)


def _compiled(function: Any, exact: bool) -> Compiled:
    # a method that was unpickled is compiled already
    return function if isinstance(function, Compiled) else Compiled(function, exact)


METHODS = "compiled methods"  # no name of an attribute, so that none is hidden by it


class Methods:
    """The compiled methods of one instance: a copy and a pickle of it begin with none.

    By what stands in the class, for super() asks for another than the instance.
    """

    def __init__(self, instance: Any = None) -> None:
        self.instance = instance
        self.compiled: dict[Compiled, Compiled] = {}

    def __reduce__(self) -> tuple[Any, ...]:
        return Methods, ()


class Compiled(ByParameters, Derivatives):
    """A function that is recorded at its first call, and replayed from then on."""

    def __repr__(self) -> str:
        return f"<compiled {self.name}>"

    def __reduce__(self) -> str | tuple[Any, ...]:
        """A copy has the function, and records it anew."""
        module = sys.modules.get(self.__module__)
        if getattr(module, self.name, None) is self:
            return str(self.name)  # a decorated function is found by its name
        return _compiled, (self.function, self.exact)

    def _again(self, exact: bool) -> Compiled:
        """The same function, compiled anew."""
        return Compiled(self.function, exact)

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        """As a method: a compiled function for each instance, kept in it."""
        if instance is None:
            return self
        try:
            kept = instance.__dict__.get(METHODS)
        except AttributeError:
            raise TypeError(
                f"{self.name}: {type(instance).__name__} has __slots__, and so no "
                "place to keep what is recorded; compile a function instead of a method"
            ) from None
        if kept is None or kept.instance is not instance:  # it came with a copied dict
            if isinstance(instance, type):
                raise TypeError(
                    f"{self.name}: a class method cannot be compiled: write "
                    "@staticmethod above @compile, and the class's name in it"
                )
            kept = instance.__dict__[METHODS] = Methods(instance)
        method = kept.compiled.get(self)
        if method is None:
            bound = types.MethodType(self.function, instance)
            method = kept.compiled.setdefault(self, Compiled(bound, self.exact))
        return method

    # --- one sample

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """The function's value, as plain numbers."""
        quick = self._quick
        if watchers:
            if watcher() is not None:  # inside another recording
                return self.function(*args, **kwargs)
        elif quick is not None and not kwargs:
            found = quick.value(args)
            if type(found) is not int:
                return found[0]
        path, numbers, _ = self._find(args, kwargs)
        found = path.program.value(numbers)
        if type(found) is int:  # a guard came out differently
            path, _ = self._run(args, kwargs)
            found = path.program.results()
        if path.structure == NUMBER:
            return found[0]
        return put_together(path.structure, iter(found))

    def grad(self, *args: Any, **kwargs: Any) -> Any:
        """The derivatives by the arguments, in the arguments' structure.

        Of a function of one argument it is that argument's, else a tuple.

        >>> compile(lambda p: p["a"] * p["b"]).grad({"a": 3.0, "b": 4.0})
        {'a': 4.0, 'b': 3.0}
        """
        return self.value_and_grad(*args, **kwargs)[1]

    def value_and_grad(self, *args: Any, **kwargs: Any) -> tuple[float, Any]:
        """The value, and its derivatives by the arguments.

        >>> compile(lambda x, y: x * y).value_and_grad(3.0, 4.0)
        (12.0, (4.0, 3.0))
        """
        if watchers:
            self._refuse_inside("value_and_grad")
        quick = self._quick
        if quick is not None and not kwargs:
            found = quick.gradient(args)
            if type(found) is not int:
                return found[0], by_argument((quick.arguments, NO_KEYWORDS), found[1])
        path, numbers, paths = self._find(args, kwargs)
        found = -1
        if path.structure == NUMBER:
            found = path.program.gradient(numbers)
        if type(found) is int:  # a guard came out differently, or several numbers
            path = self._forward(paths, numbers)
            self._is_number(path, "the gradient")
            path.program.reverse(INPUTS, [1.0])
            found = path.program.results()[0], path.program.input_gradients()
        return found[0], by_argument(paths.structure, found[1])

    def backward(self, *args: Any, **kwargs: Any) -> float:
        """The value; adds its gradients to the Values that the function closes over.

        >>> from autograd import Value
        >>> w = Value(3.0)
        >>> step = compile(lambda x: (w * x) ** 2)
        >>> step.backward(2.0), w.grad
        (36.0, 24.0)
        """
        if watchers:
            self._refuse_inside("backward")
        quick = self._quick
        if quick is not None and not kwargs:
            found: float | int = quick.backward(args)
            if type(found) is float:
                return found
        path, numbers, _ = self._find(args, kwargs)
        if path.is_plain:
            found = path.program.backward(numbers)
            if type(found) is float:
                return found
        path, _ = self._run(args, kwargs)
        self._is_number(path, "backward")
        path.program.reverse(PARAMETERS, [1.0])
        path.add_gradients()
        value: float = path.program.results()[0]
        return value

    # --- many samples

    def batch(self, *columns: Any, threads: int | None = None) -> Any:
        """The function's value for each of N samples, as array('d').

        The arguments' structure with a column of N numbers for each number: a list, an
        array, a memoryview, a NumPy array; one of two dimensions (N, k) stands for a
        list of k numbers, and a plain number for itself; or what `columns` made. Where
        the function returns several numbers, an array for each, in their structure.

        >>> compile(lambda x, y: x * y).batch([1.0, 2.0], [3.0, 4.0])
        array('d', [3.0, 8.0])
        """
        if watchers:
            self._refuse_inside("batch")
        given = columns_of(columns)
        results: list[Any] = []
        structure: Structure = None
        for path, indices, places in self._groups(given, cores(threads)):
            part = path.program.batch(given.ready, given.count, cores(threads), indices)
            if structure is not None and structure != path.structure:
                raise ValueError(
                    f"{self.name} returns another structure for some of the samples"
                )
            structure = path.structure
            results = joined(results, part, places, len(given))
        return put_together(structure, iter(results))

    def grad_batch(self, *columns: Any, threads: int | None = None) -> Any:
        """The derivatives by the arguments for each sample, as array('d').

        >>> compile(lambda x, y: x * y).grad_batch([1.0, 2.0], [3.0, 4.0])
        (array('d', [3.0, 4.0]), array('d', [1.0, 2.0]))
        """
        return self.value_and_grad_batch(*columns, threads=threads)[1]

    def value_and_grad_batch(self, *columns: Any, threads: int | None = None) -> Any:
        """The values of N samples, and the derivatives by the arguments of each."""
        if watchers:
            self._refuse_inside("value_and_grad_batch")
        given = columns_of(columns)
        results: list[Any] = []
        for path, indices, places in self._groups(given, cores(threads)):
            self._is_number(path, "the gradient")
            values, gradients = path.program.gradient_batch(
                given.ready, given.count, cores(threads), indices
            )
            results = joined(results, [values, *gradients], places, len(given))
        return results[0], by_argument(given.structure, results[1:])

    def backward_batch(
        self, *columns: Any, reduction: str = "mean", threads: int | None = None
    ) -> float:
        """The mean (or sum) of the values of N samples; its gradients are added.

        >>> from autograd import Value
        >>> w = Value(3.0)
        >>> step = compile(lambda x: (w * x) ** 2)
        >>> step.backward_batch([1.0, 2.0]), w.grad
        (22.5, 15.0)
        """
        if watchers:
            self._refuse_inside("backward_batch")
        given = columns_of(columns)
        seed = seed_of(reduction, len(given))
        total = 0.0
        for path, indices, _ in self._groups(given, cores(threads)):
            self._is_number(path, "backward_batch")
            self._closes_over_leaves(path)
            total += path.program.backward_batch(
                given.ready, given.count, seed, cores(threads), indices
            )
        return total * seed

    # --- to look at

    @property
    def tape(self) -> Schedule:
        """The instructions of the path taken last; `print` shows them."""
        if self._latest is None:
            raise ValueError(f"{self.name} was not called yet: nothing is recorded")
        found: Schedule = self._latest.schedule
        return found

    def stages(self, *args: Any, **kwargs: Any) -> dict[str, Tape | Schedule]:
        """The tape after each stage, recorded anew for these arguments.

        >>> stages = compile(lambda x, y: x * y + x * x + 1).stages(3.0, 4.0)
        >>> print(stages["reroll"])
        t0 = dot([x0, x0], [x1, x0]) + 1
        return t0
        """
        numbers: list[Any] = []
        structure = self._taken_apart(args, kwargs, numbers)
        return shown(self._recorded(structure, numbers), self.exact)

    # --- files

    def save(self, path: str | os.PathLike[str]) -> Any:
        """Write all that is recorded to a file for `autograd.load`; gives its path.

        TypeError where a function, an enum or a named tuple is an argument, or where a
        primitive of your own is used: a file holds no Python.

        >>> compile(lambda x: x * x).save("square.tape")
        Traceback (most recent call last):
            ...
        ValueError: <lambda> cannot be saved: nothing is recorded; call it first
        """
        with self._recording:
            file = packed(self.name, self.function, self.exact, self._paths)
        return write_whole(path, file)

    # --- exports

    def to_c(self, *args: Any, **kwargs: Any) -> str:
        """The function and its gradient as one C99 file, which needs only <math.h>.

        Of the path that these arguments take; without any, of the one taken last. What
        the file's functions take and return is told at its head. ValueError names what
        C cannot compute: a primitive of your own, the derivative of gamma.

        >>> source = compile(lambda x, y: x * y).to_c(3.0, 4.0)
        >>> "v[0] = x[0] * x[1];" in source
        True
        """
        from autograd.compiling.exports import c, recording

        return c.to_c(recording.recorded(self, "to_c()", args, kwargs))

    def to_numpy(self, *args: Any, path_only: bool = False, **kwargs: Any) -> Any:
        """The function over NumPy's arrays: f(parameters, *arguments), and `f.source`.

        Of the path that these arguments take; without any, of the one taken last.
        `f.parameters` are the Values that the function closes over, `f.initial` their
        numbers, one array. For a batch of N, each number is an array of N, and a list
        of k numbers an array of shape (N, k). ValueError where the function compares
        its numbers, so that it has other paths, unless `path_only`; and for a primitive
        of your own.

        >>> import numpy as np
        >>> from autograd import Value, compile, dot
        >>> w, b = [Value(2.0), Value(-1.0)], Value(0.5)
        >>> f = compile(lambda x: dot(w, x) + b).to_numpy([1.0, 1.0])
        >>> print("\\n".join(f.source.splitlines()[-3:]))
            p, x0 = inputs(parameters, 3, (x, (2,)))
            t0 = x0 @ p[0:2][:, None] + p[2:3]
            return t0[..., 0]
        >>> f(f.initial, np.array([[1.0, 3.0], [0.0, 2.0]]))
        array([-0.5, -1.5])
        """
        from autograd.compiling.exports import array_function, recording

        recorded = recording.recorded(self, "to_numpy()", args, kwargs)
        return array_function.to_numpy(recorded, path_only)

    def to_jax(self, *args: Any, path_only: bool = False, **kwargs: Any) -> Any:
        """The same over JAX's arrays: for jax.jit, grad, vmap and shardings.

        XLA sees matrix products, not scalars, and derivatives are this package's, at
        kinks and in the tails too. Numbers have 64 bits where jax_enable_x64 is set.

        >>> f = compile(lambda x: x * x).to_jax(3.0)            # doctest: +SKIP
        >>> jax.grad(f, argnums=1)(f.initial, 3.0)              # doctest: +SKIP
        Array(6., dtype=float64)
        """
        from autograd.compiling.exports import array_function, recording

        recorded = recording.recorded(self, "to_jax()", args, kwargs)
        return array_function.to_jax(recorded, path_only)
