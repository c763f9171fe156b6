"""A schedule replayed in plain Python: the twin of _native/replay.pyx that is readable.

What the instructions mean is in `instructions`: each is taken apart into single
results there. Here results are computed one by one, and the chain rule is applied in
reverse. Values and local derivatives are the table's own, over floats or over whatever
numbers are given.
"""

from __future__ import annotations

import operator
import threading
import time
from array import array
from collections.abc import Iterator, Sequence
from typing import Any

from autograd import floats
from autograd.compiling.buffers import Column, reader
from autograd.compiling.instructions import taken_apart
from autograd.compiling.run import Run
from autograd.compiling.tangents import Tangents
from autograd.primitives import Primitive

RELATIONS = (
    *(operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne),
)


class Program:
    """A schedule that can be run. A ValueError says that it is damaged.

    `rows` are the primitives of CALL instructions, `parameters` the Values whose
    numbers are read before each run. Several threads may use one at the same time.

    >>> product = array("i", [3, 1, 1, 2, 0, 0, 0, 1, 0, 0, -1, 0, 0])
    >>> needs, none = (array("i", [0]), array("i", [3])), array("i")
    >>> layout, outputs = (0, 0, 0, 2, 3, 0), array("i", [2])
    >>> program = Program(
    ...     product, none, array("d"), layout, none, outputs, needs, [], []
    ... )
    >>> program.forward([3.0, 4.0]), program.results()
    (-1, [12.0])
    >>> program.reverse(1, [1.0])
    >>> program.input_gradients()
    [4.0, 3.0]
    """

    def __init__(
        self,
        instructions: array[int],
        pool: array[int],
        constants: array[float],
        layout: tuple[int, int, int, int, int, int],
        guards: array[int],
        outputs: array[int],
        needs: tuple[array[int], array[int]],
        rows: list[Primitive],
        parameters: list[Any],
        exact: bool = False,
    ) -> None:
        self._results = taken_apart(
            *(instructions, pool, constants, layout, guards, outputs, needs),
            *(rows, parameters, exact),
        )
        self._parameters, self._constants = list(parameters), list(constants)
        self._layout, self._outputs = tuple(layout), list(outputs)
        self._needs = [list(column) for column in needs]
        self._guards = [guards[i : i + 4] for i in range(0, len(guards), 4)]
        self._last = threading.local()

    # --- one sample

    def forward(
        self,
        inputs: Sequence[Any],
        math: Any = floats,
        parameters: Sequence[Any] | None = None,
    ) -> int:
        """Run; -1, or which guard was the first to come out differently.

        The numbers may be of another type: `math` is then their namespace, and
        `parameters` stand for the Values' numbers. IndexError or TypeError for an
        index that cannot be taken, if every guard holds.
        """
        run = self._run(inputs, math, parameters)
        self._last.run = run
        guard = self._failed(run)
        if guard < 0 and run.fault is not None:
            raise run.fault
        return guard

    def results(self) -> list[Any]:
        """The outputs' numbers, of this thread's last forward run."""
        values = self._last_run().values
        return [values[slot] for slot in self._outputs]

    def reverse(self, mode: int, seeds: Sequence[Any]) -> None:
        """Adjoints by the parameters (mode 0) or by the inputs (mode 1).

        A seed for each output; of this thread's last forward run.
        """
        self._reverse(self._last_run(), mode, seeds)

    def input_gradients(self) -> list[Any]:
        """The inputs' adjoints, of this thread's last reverse run."""
        return self._of_inputs(self._last_run())

    def parameter_gradients(self) -> Any:
        """The parameters' adjoints: an array('d'), or a list of another number type."""
        run = self._last_run()
        adjoints = run.adjoints[: len(self._parameters)]
        return array("d", adjoints) if run.math is floats else adjoints

    def add_gradients(self, scale: float = 1.0) -> None:
        """Add the parameters' adjoints to their grads, as backward() does."""
        self._add(self.parameter_gradients(), scale)

    def jvp(self, direction: Sequence[float]) -> list[float]:
        """The outputs' tangents along a direction of the inputs.

        Of this thread's last forward run, as is `hvp`.
        """
        tangents = self._tangents(direction)
        return [tangents.numbers[slot] or 0.0 for slot in self._outputs]

    def hvp(self, direction: Sequence[float], seeds: Sequence[float]) -> list[float]:
        """The tangents of the inputs' adjoints along a direction of the inputs."""
        self._check_seeds(seeds)
        _, _, u, i, _, _ = self._layout
        return self._tangents(direction).reverse(self._outputs, seeds)[u : u + i]

    def value(self, inputs: Sequence[float]) -> list[float] | int:
        """The outputs' numbers; or the guard, an int, that came out differently."""
        guard = self.forward(inputs)
        return self.results() if guard < 0 else guard

    def backward(self, inputs: Sequence[float], seed: float = 1.0) -> float | int:
        """Output 0, its gradients added; or the guard that came out differently."""
        seeds = self._seeds(seed)
        guard = self.forward(inputs)
        if guard >= 0:
            return guard
        self.reverse(0, seeds)
        self.add_gradients()
        return float(self.results()[0])

    def gradient(self, inputs: Sequence[float]) -> tuple[float, list[float]] | int:
        """Output 0 and its derivatives by the inputs; or the guard that failed."""
        seeds = self._seeds(1.0)
        guard = self.forward(inputs)
        if guard >= 0:
            return guard
        self.reverse(1, seeds)
        return float(self.results()[0]), self.input_gradients()

    def gradients_into(
        self, inputs: Sequence[float], sums: array[float], places: array[int]
    ) -> list[float] | int:
        """The outputs; output 0's adjoints go to sums[place] of each parameter.

        Or the guard, an int, that came out differently.
        """
        seeds = self._seeds(1.0)
        guard = self.forward(inputs)
        if guard >= 0:
            return guard
        self.reverse(0, seeds)
        self._add_into(self.parameter_gradients(), sums, places)
        return self.results()

    def repeat(self, inputs: Sequence[float], mode: int, count: int) -> float:
        """Seconds that so many forward and reverse runs take: for benchmarks."""
        seeds, start = self._seeds(1.0), time.perf_counter()
        for _ in range(count):
            self.forward(inputs)
            self.reverse(mode, seeds)
        return time.perf_counter() - start

    # --- batches: for each input a column, (buffer, offset, stride, format), in bytes

    def batch(
        self,
        columns: Sequence[Column],
        count: int,
        threads: int = 1,
        indices: array[int] | None = None,
    ) -> list[array[float]]:
        """The outputs' numbers for each sample, an array for each output.

        `count` samples are in the columns; `indices` chooses among them. Nothing here
        looks at guards, but for `classify`.
        """
        found = [array("d") for _ in self._outputs]
        for run in self._runs(columns, count, indices):
            for column, slot in zip(found, self._outputs):
                column.append(run.values[slot])
        return found

    def classify(
        self,
        columns: Sequence[Column],
        count: int,
        threads: int = 1,
        indices: array[int] | None = None,
    ) -> array[int]:
        """For each sample the first guard that came out differently, or -1."""
        runs = self._runs(columns, count, indices, faults=True)
        return array("i", [self._failed(run) for run in runs])

    def backward_batch(
        self,
        columns: Sequence[Column],
        count: int,
        seed: float = 1.0,
        threads: int = 1,
        indices: array[int] | None = None,
    ) -> float:
        """The sum of output 0 over the samples; their gradients are added."""
        total, adjoints, _ = self._reduced(columns, count, seed, indices)
        self._add(adjoints, 1.0)
        return total

    def gradients_into_batch(
        self,
        columns: Sequence[Column],
        count: int,
        seed: float,
        threads: int,
        indices: array[int] | None,
        sums: array[float],
        places: array[int],
    ) -> tuple[float, list[array[float]]]:
        """The sum of output 0 over the samples, and the outputs' numbers for each.

        Its adjoints go to sums[place] of each parameter.
        """
        total, adjoints, results = self._reduced(columns, count, seed, indices)
        self._add_into(adjoints, sums, places)
        return total, results

    def gradient_batch(
        self,
        columns: Sequence[Column],
        count: int,
        threads: int = 1,
        indices: array[int] | None = None,
    ) -> tuple[array[float], list[array[float]]]:
        """Output 0 for each sample, and its derivative by each input."""
        seeds, numbers = self._seeds(1.0), array("d")
        found = [array("d") for _ in columns]
        for run in self._runs(columns, count, indices):
            self._reverse(run, 1, seeds)
            numbers.append(run.values[self._outputs[0]])
            for column, adjoint in zip(found, self._of_inputs(run)):
                column.append(adjoint)
        return numbers, found

    # --- what these have in common

    def _run(
        self, inputs: Sequence[Any], math: Any, parameters: Sequence[Any] | None
    ) -> Run:
        p, c, u, i, slots, _ = self._layout
        if len(inputs) != i:
            raise ValueError(f"the tape takes {i} inputs, not {len(inputs)}")
        if math is floats:
            inputs = array("d", inputs)  # a TypeError for what is no number
        if parameters is None:
            parameters = [value._data for value in self._parameters]
        uniform, varying = [0.0] * (u - p - c), [0.0] * (slots - u - i)
        run = Run(math, [*parameters, *self._constants, *uniform, *inputs, *varying])
        for result in self._results:
            try:
                run.values[result.out] = run.compute(result)
            except Exception as fault:
                run.fault = run.fault or fault
                run.values[result.out] = floats.nan
        return run

    def _failed(self, run: Run) -> int:
        for place, (relation, a, b, outcome) in enumerate(self._guards):
            if RELATIONS[relation](run.values[a], run.values[b]) != bool(outcome):
                return place
        return -1

    def _reverse(self, run: Run, mode: int, seeds: Sequence[Any]) -> None:
        if mode not in (0, 1):
            raise ValueError(f"mode must be 0 or 1, not {mode!r}")
        self._check_seeds(seeds)
        adjoints: list[Any] = [0.0] * len(run.values)
        for slot, seed in zip(self._outputs, seeds):
            adjoints[slot] += seed
        for result in reversed(self._results):
            need, upstream = self._needs[mode][result.instruction], adjoints[result.out]
            if not need:
                continue
            partials = iter(run.partials(result))
            for slots, bit in zip(result.groups, result.bits):
                for slot, local in zip(slots, partials):
                    if need & bit:
                        adjoints[slot] += upstream * local  # the chain rule
            if result.start >= 0 and need & 4:
                adjoints[result.start] += upstream
        run.adjoints = adjoints

    def _check_seeds(self, seeds: Sequence[Any]) -> None:
        if len(seeds) != len(self._outputs):
            raise ValueError(f"{len(self._outputs)} seeds are wanted, not {len(seeds)}")

    def _tangents(self, direction: Sequence[float]) -> Tangents:
        _, _, start, inputs, _, _ = self._layout
        if len(direction) != inputs:
            raise ValueError(f"the tape takes {inputs} inputs, not {len(direction)}")
        tangents = Tangents(self._last_run(), self._results, self._needs[1], start)
        tangents.forward(array("d", direction))
        return tangents

    def _last_run(self) -> Run:
        run: Run | None = getattr(self._last, "run", None)
        if run is None:
            raise ValueError("nothing was run in this thread yet")
        return run

    def _of_inputs(self, run: Run) -> list[Any]:
        _, _, u, i, _, _ = self._layout
        return run.adjoints[u : u + i]

    def _seeds(self, seed: float) -> list[float]:
        if not self._outputs:
            raise ValueError("the tape has no output")
        return [seed] + [0.0] * (len(self._outputs) - 1)

    def _add(self, adjoints: Sequence[float], scale: float) -> None:
        for value, adjoint in zip(self._parameters, adjoints):
            if not value._constant:
                total = scale * adjoint
                if value._grad:
                    total += value._grad
                # assigning a grad of 0 would say that no pass has reached it
                value.__setstate__((total, False))

    def _add_into(
        self, adjoints: Sequence[float], sums: array[float], places: array[int]
    ) -> None:
        if len(places) != len(self._parameters):
            raise ValueError(
                f"the tape has {len(self._parameters)} parameters, and {len(places)} "
                "places"
            )
        if places and not -1 <= min(places) <= max(places) < len(sums):
            raise IndexError(f"a place is out of range for {len(sums)} sums")
        for place, adjoint in zip(places, adjoints):
            if place >= 0:  # as _add: the first to come keeps the sign of its 0
                sums[place] = adjoint + sums[place] if sums[place] else adjoint

    def _reduced(
        self,
        columns: Sequence[Column],
        count: int,
        seed: float,
        indices: array[int] | None,
    ) -> tuple[float, list[float], list[array[float]]]:
        """Output 0 and its adjoints, both added up, and the outputs of each sample."""
        seeds, total = self._seeds(seed), 0.0
        adjoints = [0.0] * len(self._parameters)
        results = [array("d") for _ in self._outputs]
        for run in self._runs(columns, count, indices):
            self._reverse(run, 0, seeds)
            total += run.values[self._outputs[0]]
            adjoints = [*map(operator.add, adjoints, run.adjoints)]
            for column, slot in zip(results, self._outputs):
                column.append(run.values[slot])
        return total, adjoints, results

    def _runs(
        self,
        columns: Sequence[Column],
        count: int,
        indices: Sequence[int] | None,
        faults: bool = False,
    ) -> Iterator[Run]:
        if len(columns) != self._layout[3]:
            raise ValueError(
                f"the tape takes {self._layout[3]} inputs, not {len(columns)}"
            )
        chosen: Sequence[int] = range(count) if indices is None else indices
        for i in chosen:
            if not 0 <= i < count:
                raise IndexError(f"indices: {i} is out of range for {count} samples")
        readers = [reader(column, count) for column in columns]
        parameters = [value._data for value in self._parameters]
        for i in chosen:
            run = self._run([read(i) for read in readers], floats, parameters)
            if run.fault is not None and not faults:
                raise run.fault
            yield run
