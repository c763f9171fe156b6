"""The lesson: from what a derivative is to a network that works, as one HTML page.

It asks and answers as it goes along; every figure is computed by the engine.
"""

from __future__ import annotations

from pathlib import Path

from autograd.files import write_whole
from demos.lesson_parts.page import lesson
from demos.stage import Report, command


def run(out: Path) -> Report:
    text, training = lesson()
    path = write_whole(out / "lesson.html", text)
    return Report(
        f"{len(text.encode()) / 1000:.0f} kB to open in a browser; its network learns "
        f"in {training.epochs} epochs, loss {training.losses[0]:.3f} → "
        f"{training.losses[-1]:.4f}",
        [path],
    )


if __name__ == "__main__":
    command("lesson", run, __doc__)
