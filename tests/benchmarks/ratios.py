"""Medians and ratios of what was measured in turns."""

from __future__ import annotations

from statistics import median

# by contestant and round: the figures by name
Runs = dict[str, list[dict[str, float]]]


def summary(runs: Runs) -> dict[str, dict[str, float]]:
    """The median of each figure, by contestant."""
    return {
        name: {
            figure: median(r[figure] for r in rounds if figure in r)
            for figure in {f: None for r in rounds for f in r}
        }
        for name, rounds in runs.items()
    }


def ratio(
    runs: Runs, name: str, base: str, figure: str, base_figure: str | None = None
) -> float | None:
    """The median over the rounds of one contestant's figure divided by another's."""
    other = base_figure or figure
    pairs = [
        (a[figure], b[other])
        for a, b in zip(runs.get(name, []), runs.get(base, []))
        if figure in a and other in b
    ]
    return median(a / b for a, b in pairs) if pairs else None
