"""Derivatives by given parameters, as an array: what an optimizer moves by."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from typing import Any, NamedTuple

from autograd._engine import Value
from autograd.compiling import templates
from autograd.compiling.caller import Caller, cores, joined
from autograd.compiling.columns import Columns, columns_of, seed_of
from autograd.compiling.paths import Path
from autograd.compiling.stages import put_together
from autograd.compiling.structure import NUMBER, Structure
from autograd.watching import watchers


class ParameterGradients(NamedTuple):
    """A value, its gradients by some parameters, and all that the function returned."""

    value: float
    gradients: array[float]
    results: Any


class ByParameters(Caller):
    """The part of a compiled function that trains what it closes over."""

    def parameter_gradients(
        self, parameters: Iterable[Any], *args: Any, **kwargs: Any
    ) -> ParameterGradients:
        """The value and its derivatives by these Values, which are added to no grad.

        In the order given, as array('d'); 0 by those that the function does not depend
        on. Of several numbers that the function returns the first is differentiated;
        `results` has all. A tuple of parameters that comes again is known already.

        >>> from autograd import Value, compile
        >>> w, b = Value(3.0), Value(1.0)
        >>> step = compile(lambda x: w * x + b)
        >>> step.parameter_gradients((b, w), 2.0)[:2]
        (7.0, array('d', [1.0, 2.0]))
        """
        if watchers:
            self._refuse_inside("parameter_gradients")
        chosen = parameters if type(parameters) is tuple else _tuple_of(parameters)
        path, numbers, _ = self._find(args, kwargs)
        places = self._places(path, chosen)
        sums = array("d", bytes(8 * len(chosen)))
        found = path.program.gradients_into(numbers, sums, places)
        if type(found) is int:  # a guard came out differently
            path, _ = self._run(args, kwargs)
            places = self._places(path, chosen)
            found = path.program.gradients_into(numbers, sums, places)
        if path.structure == NUMBER:
            return ParameterGradients(found[0], sums, found[0])
        results = put_together(path.structure, iter(found))
        return ParameterGradients(found[0], sums, results)

    def parameter_gradients_batch(
        self,
        parameters: Iterable[Any],
        *columns: Any,
        reduction: str = "mean",
        threads: int | None = None,
    ) -> ParameterGradients:
        """The same of the mean (or sum) over N samples; `results` are those of `batch`.

        >>> from autograd import Value, compile
        >>> w = Value(3.0)
        >>> step = compile(lambda x: (w * x) ** 2)
        >>> step.parameter_gradients_batch([w], [1.0, 2.0])
        ParameterGradients(value=22.5, gradients=array('d', [15.0]), \
results=array('d', [9.0, 36.0]))
        """
        if watchers:
            self._refuse_inside("parameter_gradients_batch")
        chosen = parameters if type(parameters) is tuple else _tuple_of(parameters)
        sums = array("d", bytes(8 * len(chosen)))
        given, threads = columns_of(columns), cores(threads)
        seed = seed_of(reduction, len(given))
        results: list[Any] = []
        structure: Structure = None
        total = 0.0
        for path, indices, where in self._groups(given, threads):
            places = self._places(path, chosen)
            if structure is not None and structure != path.structure:
                raise ValueError(
                    f"{self.name} returns another structure for some of the samples"
                )
            structure = path.structure
            part_total, part = path.program.gradients_into_batch(
                *(given.ready, given.count, seed, threads, indices),
                *(sums, places),
            )
            total += part_total
            results = joined(results, part, where, len(given))
        return ParameterGradients(
            total * seed, sums, put_together(structure, iter(results))
        )

    def _places(self, path: Path, parameters: tuple[Any, ...]) -> array[int]:
        """Where among these each of the path's own is, -1 nowhere; known for a tuple.

        Where it is not known, all that may be wrong is looked for.
        """
        known, places = path.placed
        if known is not parameters:
            places = self._looked_up(path, parameters)
            path.placed = parameters, places
        found: array[int] = places
        return found

    def _looked_up(self, path: Path, parameters: tuple[Any, ...]) -> array[int]:
        seen: dict[int, int] = {}
        for place, parameter in enumerate(parameters):
            if not isinstance(parameter, Value):
                raise TypeError(f"parameters: {parameter!r} is not a Value")
            if seen.setdefault(id(parameter), place) != place:
                raise ValueError(f"parameters: {parameter!r} is there twice")
        self._closes_over_leaves(path)
        schedule = path.schedule
        if not schedule.outputs:
            raise ValueError(
                f"{self.name} returns {templates.shown(path.structure)}, and there are "
                "gradients of numbers only: return what it computes"
            )
        places = array("i", [seen.get(id(own), -1) for own in schedule.parameters])
        # a function that branches may use them elsewhere
        if parameters and path.always_holds and max(places, default=-1) < 0:
            raise ValueError(
                f"{self.name} uses none of the {len(parameters)} parameters: all "
                "gradients are 0. Give those that it closes over"
            )
        return places

    def columns(self, *columns: Any) -> Columns:
        """The arguments of many samples, looked at once and not at each call.

        They stand for the columns in `batch` and its like. `at` chooses samples.

        >>> from autograd import compile
        >>> f = compile(lambda x, y: x * y)
        >>> data = f.columns([1.0, 2.0, 3.0], [3.0, 4.0, 5.0])
        >>> f.batch(data), f.batch(data.at([2, 0]))
        (array('d', [3.0, 8.0, 15.0]), array('d', [15.0, 3.0]))
        """
        return columns_of(columns)


def _tuple_of(parameters: Iterable[Any]) -> tuple[Any, ...]:
    try:
        return tuple(parameters)
    except TypeError:
        raise TypeError(
            f"parameters: must be Values in a tuple, not {parameters!r:.60}: write "
            "(w,), or for a module tuple(model.parameters()), made once"
        ) from None
