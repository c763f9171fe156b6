"""The lesson as one page: the text with its slots filled, the figures, the scripts."""

from __future__ import annotations

import html
import re
from typing import Any

from autograd import Value, explain
from autograd.explanations import html as pages
from autograd.explanations.javascript import program
from autograd.explanations.model import Variable
from demos.lesson_parts import (
    figures,
    learning_figures,
    network,
    network_figures,
    players,
    sorting,
)
from demos.lesson_parts.fragments import filled, joined, number_of, read
from demos.lesson_parts.network import LAMP, RATE, SWITCHES, Cycle, Training
from demos.lesson_parts.stages import Stages, shown

TITLE = "How a network learns"
SCRIPTS = (
    *("shared", "plot", "curve", "network", "training", "sorting", "questions"),
    "start",
)
SECTION = re.compile(r'<section id="([\w-]+)" data-name="([^"]+)"')


def lesson() -> tuple[str, Training]:
    """The page, and the training that it shows."""
    cycle = network.one_cycle(network.new_network(), network.TOLD)
    training = network.train(network.new_network())
    stages = Stages(cycle)
    cards = sorting.cards(cycle, stages)
    body = filled(
        "lesson.html",
        progress=progress(),
        sorting=sorting.sorting(cards),
        log=whole_log(cycle),
        **figures.slots(cycle),
        **network_figures.slots(cycle, stages),
        **players.slots(cycle),
        **learning_figures.slots(cycle, training),
        **numbers(cycle, training),
    )
    data = {**figures_data(cycle, training), "sorting": sorting.as_data(cards)}
    graphs, source = programs(cycle)
    block = pages.data_block({**data, "graphs": graphs})
    script = pages.script(f'(() => {{\n"use strict";\n{source}\n{_components()}}})();')
    hidden = f'<div id="lesson-data" hidden>{block}</div>'
    style = f"<style>\n{read('lesson.css')}</style>\n"
    inside = f'<div class="lesson">{body}{hidden}</div>{script}'
    return pages.document(TITLE, inside, head=style), training


def _components() -> str:
    """The lesson's scripts, with the two of the player's that they use."""
    shared = [
        (pages.PAGE / f"{name}.js").read_text(encoding="utf-8")
        for name in ("dom", "numbers")
    ]
    return "\n".join([*shared, *(read(f"{name}.js") for name in SCRIPTS)])


def progress() -> str:
    """Where the reader is: a list of the sections, made from the text itself."""
    links = joined(
        f'<li><a href="#{key}" data-name="{name}"><span>{name}</span></a></li>'
        for key, name in SECTION.findall(read("lesson.html"))
    )
    return (
        '<nav class="progress" aria-label="Sections"><span class="read"></span>'
        '<details><summary><span data-out="here">Sections</span></summary>'
        f"<ol>{links}</ol></details></nav>"
    )


def numbers(cycle: Cycle, training: Training) -> dict[str, str]:
    """Every number in the text's sentences, and in what its answers are graded by."""
    log = cycle.log
    w8, grad_h4 = cycle.slopes["h4"]["w8"], cycle.by_name["h4"]
    w9, grad_w9 = cycle.value("w9"), cycle.by_name["w9"]
    h1 = [push.before for push in log.received[_place(log.variables, "h1")]]
    last, first = training.predictions[-1], training.predictions[0]
    values = {
        **{name: cycle.value(name) for name in ("y", "t", "w9")},
        "before": cycle.value("L"),
        "after": cycle.moved("L"),
        "y_after": cycle.moved("y"),
        "predicted": cycle.update.predicted,
        "actual": cycle.update.actual,
        "rate": RATE,
        "close": network.CLOSE,
        "one": cycle.by_name["L"],
        "grad_y": cycle.by_name["y"],
        "grad_h1": cycle.by_name["h1"],
        "early_h1": h1[-1],
        "grad_h3": cycle.by_name["h3"],
        "grad_h4": grad_h4,
        "grad_w8": cycle.by_name["w8"],
        "grad_w9": grad_w9,
        "slope_w8": w8,
        "lowest": Value(-50.0).tanh().data,
        "highest": Value(50.0).tanh().data,
        "right_order": network.gradients(players.doubled_twice())["a"],
        "loss_first": training.losses[0],
        "loss_last": training.losses[-1],
    }
    counts = {
        "parameters": len(cycle.parameters),
        "passes": len(cycle.parameters) + 1,
        "right_before": sum((y > 0) == (t > 0) for y, t in zip(first, LAMP)),
        "examples_count": len(SWITCHES),
        "epochs": training.epochs,
        "cycles": training.cycles,
        "log_steps": len(log.steps),
        "asked": read("lesson.html").count('<div class="quiz"'),
    }
    assert all((y > 0) == (t > 0) for y, t in zip(last, LAMP))
    (w9_step,) = (m for m in cycle.update.moved if m.name == "w9")
    step = RATE * grad_w9
    graded = {
        "product_w8": grad_h4 * w8,
        "sum_w8": grad_h4 + w8,
        "plain_h4": grad_h4,
        "plain_w8": w8,
        "minus_w8": -grad_h4 * w8,
        "new_w9": cycle.moved("w9"),
        "uphill_w9": w9 + step,
        "whole_w9": w9 - grad_w9,
        "move_w9": step,
        "minus_move_w9": -step,
    }
    return {
        **{name: number_of(shown(x)) for name, x in values.items()},
        **{name: number_of(str(n)) for name, n in counts.items()},
        **{name: repr(x) for name, x in graded.items()},
        "text_w9": html.escape(Stages(cycle).update_text(w9_step)),
    }


def _place(variables: tuple[Variable, ...], name: str) -> int:
    return next(v.index for v in variables if v.name == name)


def whole_log(cycle: Cycle) -> str:
    explained = explain(cycle.before.loss, digits=network.DIGITS)
    return f"<pre>{html.escape(explained.text())}</pre>"


def programs(cycle: Cycle) -> tuple[dict[str, Any], str]:
    """The graphs that the page computes again: nodes and names, and their script."""
    graphs, sources = {}, []
    for name, y in (
        ("loss", cycle.before.loss),
        ("square", figures.square_of(figures.SQUARE_AT)),
    ):
        log = explain(y, checks=False).log
        made = program(log.variables)
        graphs[name] = {
            "nodes": made.nodes,
            "names": {v.name: v.index for v in log.variables},
        }
        sources.append(
            f"{name}: (() => {{\n{made.source}\n"
            "return (nodes) => evaluator(nodes, primitives);\n})(),\n"
        )
    return graphs, f"const GRAPHS = {{\n{joined(sources)}}};\n"


def figures_data(cycle: Cycle, training: Training) -> dict[str, Any]:
    """The numbers that the figures' scripts start from."""
    start = [cycle.value(name) for name in cycle.parameters]
    return {
        "digits": network.DIGITS,
        "parameters": cycle.parameters,
        "start": start,
        "rate": RATE,
        "means": figures.MEANS,
        "verdicts": learning_figures.VERDICTS,
        "signs": {"right": "Yes.", "wrong": "No."},
        "examples": [{"x": x, "t": t} for x, t in zip(SWITCHES, LAMP)],
        "training": {"states": training.states, "losses": training.losses},
        "curves": {
            "square": {
                "graph": "square", "output": "f", "variable": "x",
                "from": -2, "to": 2, "at": figures.SQUARE_AT,
            },
            "weight": {
                "graph": "loss", "output": "L", "variable": figures.WEIGHT_AT,
                "from": -2, "to": 2, "at": 0,
            },
        },
        "dials": {
            "start": {"loss": cycle.value("L"), "text": ""},
            "good": "Very close! But that was one example. The same dials must be "
            "right for the other three as well.",
            "better": "Warmer.",
            "worse": "Colder.",
        },
    }  # fmt: skip
