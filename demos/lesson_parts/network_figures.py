"""The network's figures: forward, its loss, backward layer by layer, all shares."""

from __future__ import annotations

import html
from collections.abc import Iterable

from autograd.explanations.text import estimate
from demos.lesson_parts.diagram import BIASES, WEIGHTS, diagram, owned_by
from demos.lesson_parts.fragments import filled, joined, row
from demos.lesson_parts.network import Cycle
from demos.lesson_parts.stages import (
    FIRST,
    LAST,
    OUTPUT,
    Line,
    Product,
    Stage,
    Stages,
    shown,
)


def forward(stages: Stages) -> str:
    drawn = diagram("the network, forward", stages.values(), loss=False)
    caption = "From the switches at the top to the prediction at the bottom."
    return _network(caption, drawn, stages.forward())


def loss(stages: Stages) -> str:
    stage = stages.loss()
    return filled(
        "figures/still.html",
        caption="The loss L compares the prediction y with the target t.",
        diagram=diagram("the network with its loss", stages.values(), lit=stage.lit),
        stages=_stage(stage),
    )


def output_layer(stages: Stages) -> str:
    caption = "The error starts at the loss and reaches the output layer."
    return _backward(caption, stages, OUTPUT, stages.output_layer())


def last_hidden(stages: Stages) -> str:
    caption = (
        "The error signal goes from y to h3 and h4. With it, they work out theirs."
    )
    return _backward(caption, stages, (*OUTPUT, *LAST), stages.hidden_layer(LAST))


def first_hidden(stages: Stages) -> str:
    caption = "From h3 and from h4 to h1 and h2: two messages each."
    layers = (*OUTPUT, *LAST, *FIRST)
    return _backward(caption, stages, layers, stages.hidden_layer(FIRST))


def _backward(
    caption: str, stages: Stages, reached: Iterable[str], shown_: Iterable[Stage]
) -> str:
    """The network with the gradients of the layers that the error has reached."""
    known = stages.grads()
    names = {"L"}
    for neuron in reached:
        weights, bias = owned_by(neuron)
        names |= {neuron, bias, *(name for name, _ in weights)}
    grads = {name: told if name in names else "" for name, told in known.items()}
    drawn = diagram("the network, backward", stages.values(), grads)
    return _network(caption, drawn, shown_)


def _network(caption: str, drawn: str, stages: Iterable[Stage]) -> str:
    items = joined(map(_stage, stages))
    return filled("figures/network.html", caption=caption, diagram=drawn, stages=items)


def _stage(stage: Stage) -> str:
    rows = joined(
        f"<div><dt>{html.escape(line.name)}</dt><dd>{_line(line)}</dd></div>"
        for line in stage.rows
    )
    still = "" if stage.sends else " data-still"
    return (
        f'<li data-phase="{stage.phase}" data-lit="{" ".join(stage.lit)}" '
        f'data-show="{"|".join(stage.show)}"{still}>'
        f"<h4>{html.escape(stage.title)}</h4>"
        f'<dl class="lines">{rows}</dl></li>'
    )


def _line(line: Line | Product) -> str:
    if isinstance(line, Line):
        return html.escape(line.text)
    upstream, local, result = map(html.escape, line.numbers)
    return (
        f'<span class="up">{html.escape(line.upstream)}</span> · '
        f'<span class="loc">{html.escape(line.local)}</span> '
        f'<span class="nowrap">= <span class="up">{upstream}</span> · '
        f'<span class="loc">{local}</span> = <b class="gets">{result}</b></span> '
        f"<small>{html.escape(line.remark)}</small>"
    )


def shares(cycle: Cycle, stages: Stages) -> str:
    sizes = {name: abs(cycle.by_name[name]) for name in cycle.parameters}
    largest = max(sizes.values())
    share = {name: size / largest for name, size in sizes.items()}
    log = cycle.log
    checks = {log.variables[i].name: check for i, check in log.checks.items()}
    rows = (
        row(
            f'<button type="button">{name}</button>',
            shown(cycle.by_name[name]),
            f'<span class="bar" style="--share:{share[name]:.3f}"></span>',
            estimate(checks[name]),
            attributes=f' data-weight="{name}"',
        )
        for name in backward_order(cycle.parameters)
    )
    agree = sum(checks[name].verdict == "ok" for name in cycle.parameters)
    return filled(
        "figures/shares.html",
        diagram=diagram(
            "the network, each weight as thick as its share",
            stages.values(),
            stages.grads(),
            shares=share,
        ),
        rows=joined(rows),
        checked=f"{agree} of {len(sizes)} gradients agree with nudging.",
    )


def backward_order(names: Iterable[str]) -> list[str]:
    """From the output layer to the first, as the gradients became known."""
    owners = {**{w: owner for w, (_, owner) in WEIGHTS.items()}, **BIASES}
    layers = (OUTPUT, LAST, FIRST)
    return sorted(
        names, key=lambda n: next(i for i, x in enumerate(layers) if owners[n] in x)
    )


def slots(cycle: Cycle, stages: Stages) -> dict[str, str]:
    """These figures by the names of their places in the text."""
    return {
        "forward": forward(stages),
        "loss": loss(stages),
        "output_layer": output_layer(stages),
        "last_hidden": last_hidden(stages),
        "first_hidden": first_hidden(stages),
        "shares": shares(cycle, stages),
    }
