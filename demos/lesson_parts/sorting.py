"""The sorting exercise: cards made from the log of a cycle, boxes, and what is said.

Which box is right follows from the kind of step in the log, never from the card's text.
"""

from __future__ import annotations

import html
import random
from dataclasses import dataclass
from typing import Any

from autograd.explanations.model import Forward, Log, Push, Seed, Variable
from autograd.explanations.text import derivative
from demos.lesson_parts.fragments import filled, joined
from demos.lesson_parts.network import Cycle
from demos.lesson_parts.stages import Stages, bracketed, shown

BOXES = {
    "forward": "Forward pass",
    "backward": "Backward pass",
    "update": "Update",
}
RIGHT = {
    "input": "The numbers enter, and start to flow forward.",
    "neuron": "Going forward, each neuron works out its output.",
    "prediction": "The prediction is what the forward pass is for.",
    "loss": "The loss ends the forward pass. What comes next starts from it.",
    "seed": "Here the walk back begins, at the loss.",
    "gradient": "Gradients are what the backward pass works out.",
    "error": "The error signal travels against the arrows.",
    "sum": "Two messages came back, and were added.",
    "weight": "With its gradient known, the weight takes a small step.",
    "bias": "A bias is a dial, too, and moves like a weight.",
}
WRONG = {
    ("forward", "backward"): "No gradient is in it: a number is worked out from "
    "numbers before it, on the way forward.",
    ("forward", "update"): "No weight is changed by it.",
    ("backward", "forward"): "There is a ∂ in it: it asks how the loss moves. That "
    "is known only once there is a loss.",
    ("backward", "update"): "No weight is changed by it yet; it only says which way "
    "a change would help.",
    ("update", "forward"): "Something is changed here. Going forward, weights are "
    "used and left as they are.",
    ("update", "backward"): "Going backward, gradients are worked out and no weight "
    "is changed. Here one is.",
}
LOSS_LATE = (
    "The loss is worked out from the prediction, forward. The walk back starts when it "
    "is there."
)


@dataclass(frozen=True)
class Card:
    """A step of the cycle: a title, the step itself, and the box it belongs into."""

    order: int
    kind: str
    box: str
    title: str
    text: str


def cards(cycle: Cycle, stages: Stages) -> list[Card]:
    """Some steps of each part, in the order of the log; the update is after it."""
    log = cycle.log
    made: list[Card] = []

    def add(order: int, kind: str, box: str, title: str, text: str) -> None:
        made.append(Card(order, kind, box, title, text))

    inputs = []
    for place, step in enumerate(log.steps):
        if isinstance(step, Forward):
            v = log.variables[step.variable]
            if v.name in ("x1", "x2"):
                inputs.append(f"{v.name} = {shown(v.primal)}")
                if len(inputs) == 2:
                    text = ", ".join(inputs)
                    add(place, "input", "forward", "The input enters", text)
            elif v.name in FORWARD:
                kind, title = FORWARD[v.name]
                add(place, kind, "forward", title, _computed(v))
        elif isinstance(step, Seed):
            text = f"{derivative('L', 'L')} = {shown(step.adjoint)}"
            add(place, "seed", "backward", "The walk back begins", text)
        elif isinstance(step, Push) and step.arrival == step.arrivals:
            name = log.variables[step.parent].name
            if name in BACKWARD:
                kind, title = BACKWARD[name]
                add(place, kind, "backward", title, _sent(log, step))
    for place, moved in enumerate(cycle.update.moved, len(log.steps)):
        if moved.name in UPDATE:
            kind, title = UPDATE[moved.name]
            add(place, kind, "update", title, stages.update_text(moved))
    return made


FORWARD = {
    "h2": ("neuron", "A hidden neuron works out its output"),
    "y": ("prediction", "A prediction is made"),
    "L": ("loss", "The loss is calculated"),
}
BACKWARD = {
    "w9": ("gradient", "A gradient of the output layer is calculated"),
    "h3": ("error", "The error flows back to the last hidden layer"),
    "h1": ("sum", "Two error signals are added up"),
    "w3": ("gradient", "A gradient of the first layer is calculated"),
}
UPDATE = {
    "w9": ("weight", "A weight is moved slightly"),
    "b4": ("bias", "A bias is moved slightly"),
}


def _computed(v: Variable) -> str:
    return f"{v.name} = {v.numbers} = {shown(v.primal)}"


def _sent(log: Log, step: Push) -> str:
    name = derivative("L", log.variables[step.parent].name)
    if step.arrivals > 1:
        parts = f"{shown(step.before)} + {bracketed(step.contribution)}"
        return f"{name} = {parts} = {shown(step.total)}"
    product = f"{shown(step.upstream)} · {bracketed(step.local)}"
    return f"{name} = {product} = {shown(step.contribution)}"


def sorting(made: list[Card]) -> str:
    """The exercise as HTML, its cards shuffled, always the same way at first."""
    shuffled = [*made]
    random.Random(4).shuffle(shuffled)
    heads = (
        f'<button type="button" data-box="{box}" class="{box}"><b>{number}</b> {title} '
        '<span class="count">0</span></button>'
        for number, (box, title) in enumerate(BOXES.items(), 1)
    )
    lists = (
        f'<section data-box="{box}" class="{box}" aria-label="{title}"><h4>{title}</h4>'
        "<ol></ol></section>"
        for box, title in BOXES.items()
    )
    solution = (
        f"<h4>{title}</h4><ol>"
        + joined(f"<li>{_told(card)}</li>" for card in made if card.box == box)
        + "</ol>"
        for box, title in BOXES.items()
    )
    return filled(
        "figures/sorting.html",
        cards=joined(map(_card, shuffled)),
        heads=joined(heads),
        lists=joined(lists),
        solution=joined(solution),
    )


def _card(card: Card) -> str:
    return (
        f'<li><button type="button" class="card" aria-pressed="false" '
        f'data-box="{card.box}" data-kind="{card.kind}" data-order="{card.order}">'
        f'<span class="grip" aria-hidden="true"></span>{_told(card)}</button></li>'
    )


def _told(card: Card) -> str:
    return (
        f"<b>{html.escape(card.title)}</b> "
        f'<span class="told">{html.escape(card.text)}</span>'
    )


def as_data(made: list[Card]) -> dict[str, Any]:
    """What the page's script says to each card in each box."""
    replies: dict[str, dict[str, str]] = {}
    for card in made:
        said = replies.setdefault(card.kind, {})
        for box in BOXES:
            said[box] = RIGHT[card.kind] if box == card.box else WRONG[card.box, box]
        if card.kind == "loss":
            said["backward"] = LOSS_LATE
    return {
        "boxes": [{"name": name, "title": title} for name, title in BOXES.items()],
        "replies": replies,
        "words": {
            "right": "Right.",
            "wrong": "Not there.",
            "chosen": "Now press a box.",
            "first": "First press a card.",
            "aimed": "{}? Press Enter to put it there.",
            "done": "All {} cards are sorted, {} of them at the first try.",
        },
    }
