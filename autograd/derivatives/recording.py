"""A function called once with variables in place of numbers, and what was recorded.

Each call makes variables of its own: a leaf for a plain number, a node recorded upon
the Value that stands outside for a Value. So derivatives nest: an inner one
differentiates by its own variables, and what it computes is recorded for the outer one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from contextvars import ContextVar
from functools import cached_property
from typing import Any

from autograd._engine import Value, constant
from autograd.compiling.structure import NUMBER, Structure, put_together, results, short
from autograd.contexts import assigned
from autograd.derivatives.arguments import Choice, name_of
from autograd.linearization import (
    Linearization,
    differentiable,
    differentiable_later,
    recorded,
)
from autograd.order import topological_order
from autograd.real import as_float
from autograd.scopes import NO_GRAD, current
from autograd.watching import watcher


def recording() -> AbstractContextManager[None]:
    """Record even where no_grad() stands outside, which is about results alone."""
    return assigned(current, None) if current.get() is NO_GRAD else nullcontext()


# of derivatives inside the function that is being recorded, the variables that are
# leaves: nobody's outside
_leaves: ContextVar[list[Any] | None] = ContextVar("autograd.leaves", default=None)


def variable(primal: Any) -> Any:
    """A new node that stands for a number, or for a Value outside."""
    if not isinstance(primal, Value):
        return Value(as_float(primal))
    if current.get() is NO_GRAD or (primal._constant and watcher() is None):
        return Value(primal._data)
    return primal * 1.0


class Recording:
    """What a function computed from its variables.

    Derivatives are floats if nothing outside can be differentiated by, or shall be,
    under no_grad(). Else they are Values that depend on it.
    """

    def __init__(
        self, choice: Choice, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> None:
        self.choice = choice
        self.primals: list[Any] = []
        places = choice.places(args, kwargs)
        taken = choice.take(places, args, kwargs)
        self.arguments = structure_of(choice, taken, self.primals)
        self.variables = [variable(x) for x in self.primals]
        chosen = put_together(self.arguments, iter(self.variables))
        self.wants_floats = current.get() is NO_GRAD
        outer = _leaves.get()
        self.leaves_inside: list[Any] = []
        scope = current.get()
        # not by context managers: Ctrl-C may keep them from giving back what they took
        try:
            _leaves.set(self.leaves_inside)
            try:
                if scope is NO_GRAD:
                    current.set(None)
                self._call(*choice.put(chosen, places, args, kwargs))
            finally:
                current.set(scope)
        finally:
            _leaves.set(outer)
        if outer is not None:
            outer += [x for x in self.variables if x.is_leaf]
            outer += self.leaves_inside

    def _call(self, args: list[Any], kwargs: dict[str, Any]) -> None:
        returned: list[Any] = []
        thing = self.choice.function(*args, **kwargs)
        refusal = _returned(self.choice)
        self.structure = results(thing, returned, refusal, arrays=True)
        self.results = [x if isinstance(x, Value) else constant(x) for x in returned]

    @cached_property
    def _between(self) -> Linearization:
        return Linearization(self.variables, self.results, None)

    @cached_property
    def is_closed(self) -> bool:
        """Whether there is nothing outside that derivatives could depend on."""
        if watcher() is not None:
            return False
        outside = [*self._between.others, *self._between.unmoved]
        if self.leaves_inside and are_differentiable(outside):
            inside = {id(leaf) for leaf in self.leaves_inside}
            reached = topological_order(*outside)
            outside = [x for x in reached if x.is_leaf and id(x) not in inside]
        return self.wants_floats or not are_differentiable([*outside, *self.primals])

    @cached_property
    def map(self) -> Linearization:
        """The derivatives between the variables and the results."""
        self._between.differentiate(recorded if self.is_closed else differentiable)
        return self._between

    def keep(self) -> None:
        """Take the local derivatives now, for sweeps later.

        By then leaves outside may have other numbers.
        """
        if not self.is_closed:
            self._between.differentiate(differentiable_later(self._between.others))
            self.map = self._between

    def value(self) -> Any:
        """What the function returned, in its structure."""
        return put_together(self.structure, iter(self.numbers(self.results)))

    def numbers(self, found: Iterable[Any], seeds: Iterable[Any] = ()) -> list[Any]:
        """Results of sweeps as floats, or all as Values; 0.0 where none came."""
        is_plain = self.is_closed or current.get() is NO_GRAD
        if is_plain and not are_differentiable(seeds):
            return [x if type(x) is float else _float(x) for x in found]
        return [_node(x) for x in found]

    def gradient(self, cotangents: Sequence[Any]) -> Any:
        """The variables' adjoints in the structure of the chosen arguments."""
        found = self.numbers(self.map.vjp(cotangents), cotangents)
        return put_together(self.arguments, iter(found))

    def must_be_a_number(self, instead: str) -> None:
        if self.structure != "number":
            thing = put_together(self.structure, (x._data for x in self.results))
            raise TypeError(
                f"{self.choice.call}: {name_of(self.choice.function)} returned "
                f"{short(thing)}, and there is no gradient but that of one number: "
                f"{instead}"
            )


def are_differentiable(things: Iterable[Any]) -> bool:
    """Whether any is a Value outside that gradients shall flow into."""
    if current.get() is NO_GRAD:
        return False
    return any([isinstance(x, Value) and not x._constant for x in things])


def structure_of(choice: Choice, thing: Any, numbers: list[Any]) -> Structure:
    """The structure of chosen arguments, and their numbers."""
    structure = results(thing, numbers, _argument(choice), arrays=True)
    if not numbers and _has_static(structure):
        raise TypeError(_argument(choice).format(repr(thing)))
    return structure


def _has_static(structure: Structure) -> bool:
    """Whether there is anything in it besides numbers."""
    if structure == NUMBER:
        return False
    if structure[0] == "static":
        return True
    return any(map(_has_static, structure[-1]))


def _argument(choice: Choice) -> str:
    return (
        f"{choice.call}: differentiates by numbers, and lists, tuples and dicts of "
        "them, not by {}; choose other arguments by argnums or argnames, or let the "
        "function close over this one"
    )


def _returned(choice: Choice) -> str:
    return (
        f"{choice.call}: {name_of(choice.function)} returned {{}}: it may return "
        "numbers, and lists, tuples and dicts of them"
    )


def _node(x: Any) -> Value:
    """A result as a Value: not the leaf outside, which may get another number."""
    if not isinstance(x, Value):
        return constant(0.0 if x is None else x)
    return x * 1.0 if x.is_leaf and not x._constant else x


def _float(x: Any) -> float:
    if x is None:
        return 0.0
    return x._data if isinstance(x, Value) else as_float(x)
