"""Random schedules as recorded functions, to export: every stride and layout."""

from autograd.compiling.exports.reading import Recorded
from autograd.compiling.interpreter import Program
from autograd.compiling.layout import Schedule
from autograd.compiling.structure import NUMBER
from tests.test_replay import Maker


class RandomRecording:
    """A random schedule, as if it were of a function of a list with several results."""

    def __init__(self, seed, exact=False, rows=None):
        maker = Maker(seed, exact, rows)
        draft = maker.make()
        parts = draft.parts()
        self.program = Program(**parts)
        self.samples = maker.samples(draft, 3)
        self.seeds = [maker.number() for _ in draft.outputs]
        self.p = [value.data for value in draft.values]
        arguments = ("tuple", (("list", (NUMBER,) * draft.inputs),)), ("dict", (), ())
        result = "list", (NUMBER,) * len(draft.outputs)
        self.recorded = Recorded(
            *(f"random{seed}", Schedule(**parts), arguments, ("x",), result)
        )

    def run(self, x):
        """Results, and the gradients by parameters and by inputs."""
        assert self.program.forward(x) == -1
        self.program.reverse(0, self.seeds)
        by_p = list(self.program.parameter_gradients())
        self.program.reverse(1, self.seeds)
        return self.program.results(), by_p, self.program.input_gradients()
