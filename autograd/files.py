"""Files are written whole or not at all."""

from __future__ import annotations

import io
import os
import tempfile
from pathlib import Path
from typing import Any


def write_whole(path: str | os.PathLike[str], content: str | bytes) -> Path:
    """Write a file so that no reader ever sees half of it; return its path.

    The text goes to a file beside it first, which then takes the place of the old one.
    FileNotFoundError where the folder does not exist.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_whole(f"{folder}/a.txt", "text").read_text()
    'text'
    """
    target = Path(path)
    if not target.parent.is_dir():
        raise FileNotFoundError(
            f"cannot write {str(target)!r}: the folder {str(target.parent)!r} does not "
            "exist; make it first"
        )
    if target.is_dir():
        raise IsADirectoryError(f"cannot write {str(target)!r}: it is a folder")
    raw = content.encode("utf-8") if isinstance(content, str) else content
    handle, beside = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(raw)
        os.chmod(beside, 0o666 & ~_umask())
        os.replace(beside, target)
    except BaseException:
        os.unlink(beside)
        raise
    return target


def write_figure(path: str | os.PathLike[str], figure: Any) -> Path:
    """Write a matplotlib figure, whole or not at all; the suffix says the format."""
    drawn = io.BytesIO()
    figure.savefig(drawn, format=Path(path).suffix.lstrip(".") or "png", dpi=144)
    return write_whole(path, drawn.getvalue())


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
