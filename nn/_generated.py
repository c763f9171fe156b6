"""The C of the optimizers' rules: `python -m nn._generated` writes it again.

A test fails while it is stale.
"""

from __future__ import annotations

from pathlib import Path

from autograd._native.kernels import C
from autograd.symbols import Formulas
from nn.updates import UPDATES, Update


def _function(name: str, update: Update) -> str:
    formulas = Formulas()
    names = ("data", "grad", *update.state, *update.settings)
    results = [*update.rule(formulas, *map(formulas.name, names))]
    lines, (moved, *state) = C.statements(results)
    loads = [f"{own} = state[{i}][i]" for i, own in enumerate(update.state)]
    loads += [f"{own} = settings[{i}]" for i, own in enumerate(update.settings)]
    return (
        f"static inline double nn_{name}(double data, double grad, double **state,\n"
        "    ptrdiff_t i, const double *settings) {\n"
        + "".join(f"    const double {load};\n" for load in loads)
        + "".join(lines)
        + "".join(f"    state[{i}][i] = {own};\n" for i, own in enumerate(state))
        + f"    return {moved};\n}}\n\n"
    )


def updates() -> str:
    """updates.h."""
    cases = "".join(
        f"    case {code}: return nn_{name}(data, grad, state, i, settings);\n"
        for code, name in enumerate(UPDATES)
    )
    return (
        "/* Written by `python -m nn._generated` from the rules in nn/updates.py. */\n"
        "#include <math.h>\n#include <stddef.h>\n\n"
        f'#define NN_NAMES "{" ".join(UPDATES)}"\n\n'
        + "".join(_function(name, update) for name, update in UPDATES.items())
        + "static inline double nn_update(int code, double data, double grad,\n"
        "    double **state, ptrdiff_t i, const double *settings) {\n"
        f"    switch (code) {{\n{cases}    }}\n    return NAN;\n}}\n"
    )


FILES = {"_native/updates.h": updates}

if __name__ == "__main__":
    for name, text in FILES.items():
        (Path(__file__).parent / name).write_text(text(), encoding="utf-8")
