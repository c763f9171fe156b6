"""An orbit from Kepler's equation: velocity, acceleration and a path ahead.

Where a planet is at a time follows from an equation that nobody can solve in formulas.
`root` solves it in numbers, and can still be differentiated: the second derivative of
the position is Newton's law of gravitation, which is nowhere in this file but to check.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from autograd import derivative, math, root, taylor
from demos.stage import Report, command, new_figure, save

ECCENTRICITY = 0.6
START = 0.9  # where the path ahead is told from
ORDERS = (1, 2, 4, 8, 16)
COLORS = ("#E69F00", "#56B4E9", "#009E73", "#CC79A7", "#D55E00")


def position(time: Any) -> list[Any]:
    """Of a planet around the sun at the origin; a year is 2 pi."""

    def kepler(anomaly: Any) -> Any:
        return anomaly - ECCENTRICITY * math.sin(anomaly) - time

    anomaly = root(kepler, time)
    width = math.sqrt(1 - ECCENTRICITY**2)
    return [math.cos(anomaly) - ECCENTRICITY, width * math.sin(anomaly)]


def gravity(place: list[float]) -> list[float]:
    """Newton's law, in units where the sun's pull at distance 1 is 1."""
    distance = math.hypot(*place)
    return [-x / distance**3 for x in place]


def ahead(coefficients: list[list[float]], step: float) -> list[float]:
    """A Taylor polynomial of the position, a step after the start."""
    x = y = 0.0
    for cx, cy in reversed(coefficients):
        x, y = x * step + cx, y * step + cy
    return [x, y]


def run(out: Path, times: int = 24) -> Report:
    moments = [2 * math.pi * k / times for k in range(times)]
    places = [position(t) for t in moments]
    velocities = [derivative(position)(t) for t in moments]
    pulls = [derivative(position, 2)(t) for t in moments]
    off = max(
        abs(found - law) / math.hypot(*pull)
        for place, pull in zip(places, pulls)
        for found, law in zip(pull, gravity(place))
    )
    figure = new_figure(11, 4.6)
    left, right = figure.subplots(1, 2)
    whole = [position(2 * math.pi * k / 400) for k in range(401)]
    for axes in (left, right):
        axes.plot(*zip(*whole), color="#BBBBBB", lw=1)
        axes.plot(0, 0, "o", ms=12, color="#F0C000", mec="#A07000")
        axes.set(aspect="equal", xlim=(-2.0, 1.0), ylim=(-1.6, 1.35))
    left.plot(*zip(*places), "o", ms=4, color="#333333")
    arrows = {"angles": "xy", "scale_units": "xy", "width": 0.004}
    x, y = zip(*places)
    left.quiver(x, y, *zip(*velocities), scale=4, color="#0072B2", **arrows)
    left.quiver(x, y, *zip(*pulls), scale=14, color="#D55E00", **arrows)
    left.set(title=f"{times} moments: velocity (blue), acceleration (orange)")
    coefficients = taylor(position, START, max(ORDERS))
    for order, color in zip(ORDERS, COLORS):
        some = coefficients[: order + 1]
        path = [ahead(some, step / 50) for step in range(-60, 131)]
        # a line is not drawn to nan, nor from one part that is near to the next
        near = [p if math.hypot(*p) < 3 else [math.nan] * 2 for p in path]
        right.plot(*zip(*near), color=color, lw=1.6, label=f"{order}")
    right.plot(*position(START), "ko", ms=6)
    right.set(title="Taylor polynomials from the black point")
    right.legend(title="order", loc="lower center", ncols=len(ORDERS))
    files = [save(figure, out / "orbit.png")]
    return Report(
        f"acceleration as a second derivative: within {off:.1e} of gravity", files
    )


if __name__ == "__main__":
    command("orbit", run, __doc__, times=24)
