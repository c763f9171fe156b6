"""What gradcheck says: an error that names the edge, or a report that is true."""

from __future__ import annotations

from dataclasses import dataclass

from autograd.graph import Edge

LINES = 12  # so many of the sentences about what was skipped are shown
KINDS = ("edge", "second derivative", "third derivative")


class GradcheckError(AssertionError):
    """A derivative is wrong. `edge` is the graph's edge that it belongs to, or None."""

    def __init__(self, message: str, edge: Edge | None = None) -> None:
        super().__init__(message)
        self.edge = edge


GradcheckError.__module__ = "autograd"  # where users find it


@dataclass(frozen=True)
class Tally:
    """How many derivatives agree with differences, and how many were not compared.

    Of those that were `skipped` differences cannot tell; others were `left_out`.
    """

    agree: int
    skipped: int = 0
    left_out: int = 0

    def told(self, noun: str) -> str:
        """In words.

        >>> Tally(1).told("edge"), Tally(2, 1).told("edge")
        ('1 of 1 edge agrees', '2 of 3 edges agree, 1 skipped')
        """
        total = self.agree + self.skipped + self.left_out
        told = f"{self.agree} of {total} {noun}{'s' * (total != 1)} agree"
        told += "s" * (total == 1) + f", {self.skipped} skipped" * (self.skipped > 0)
        return told + f", {self.left_out} left out" * (self.left_out > 0)


@dataclass(frozen=True, repr=False)
class GradcheckReport:
    """What gradcheck compared with differences: true, for nothing was wrong.

    `print` it, or look at it in a REPL. `operations` counts the local derivatives, the
    graph's edges, then for each further order the derivatives of the rules; `whole`
    counts those of the function as a whole. `skipped` are sentences: where differences
    cannot tell, and why. `notes` are others.
    """

    function: str
    operations: tuple[Tally, ...]
    whole: Tally
    skipped: tuple[str, ...]
    notes: tuple[str, ...]

    def __bool__(self) -> bool:
        return True

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all could be compared."""
        return not any([tally.agree for tally in (*self.operations, self.whole)])

    def __str__(self) -> str:
        title = f"gradcheck of {self.function}"
        if self.is_empty:
            title += ": NOTHING WAS CHECKED, for differences can tell nothing here"
        lines = [title]
        for kind, tally in zip(KINDS, self.operations):
            lines.append(f"  {tally.told(kind)}")
        lines.append(f"  as a whole: {self.whole.told('derivative')}")
        lines += [f"  {note}" for note in self.notes]
        if self.skipped:
            lines.append("skipped:")
            lines += [f"  {sentence}" for sentence in self.skipped[:LINES]]
            left = len(self.skipped) - LINES
            lines += [f"  ... and {left} more"] * (left > 0)
        return "\n".join(lines)

    __repr__ = __str__
