"""Small signs: a switch and a lamp."""

from __future__ import annotations

SWITCH = (
    '<svg class="switch" viewBox="0 0 16 24" role="img" aria-label="{0}">'
    '<rect x="2" y="1" width="12" height="22" rx="3"/>'
    '<rect class="knob" x="4.5" y="{1}" width="7" height="8" rx="1.5"/></svg>'
)
BULB = (
    '<svg class="bulb {0}" viewBox="0 0 24 24" role="img" aria-label="{0}">'
    '<path class="rays" d="M12 1v2.5M3.5 4.5l1.8 1.8M20.5 4.5l-1.8 1.8M1.5 12H4M20 12h'
    '2.5"/><circle cx="12" cy="12" r="5.5"/><path d="M9.5 18.5h5M10.5 21h3"/></svg>'
)


def switch(x: float) -> str:
    return SWITCH.format(*(("up", 3) if x > 0 else ("down", 13)))


def bulb(x: float) -> str:
    return BULB.format("lit" if x > 0 else "dark")
