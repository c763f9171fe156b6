"""One neuron, and its graph: every number, every local derivative, every gradient."""

from __future__ import annotations

from pathlib import Path

from autograd import Value, draw, scope
from demos.stage import Report, command


def run(out: Path) -> Report:
    x1, x2 = Value(2.0, label="x1"), Value(0.0, label="x2")
    w1, w2 = Value(-3.0, label="w1"), Value(1.0, label="w2")
    b = Value(6.8813735870195432, label="b")
    with scope("neuron"):
        n = x1 * w1 + x2 * w2 + b
        n.label = "n"
        o = n.tanh()
    o.label = "o"
    files = [draw(o, parameters=[w1, w2, b]).save(out / "before-backward.svg")]
    o.backward()
    picture = draw(o, parameters=[w1, w2, b])
    files += [picture.save(out / "neuron.svg"), picture.save(out / "neuron.png")]
    gradients = draw(o, color="gradient", direction="TB")
    files.append(gradients.save(out / "gradients.png"))
    told = ", ".join(f"∂o/∂{leaf.label} = {leaf.grad:.4g}" for leaf in (w1, w2, b))
    return Report(f"o = tanh(x1·w1 + x2·w2 + b) = {o:.4g}; {told}", files)


if __name__ == "__main__":
    command("neuron", run, __doc__)
