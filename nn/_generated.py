"""The C of the optimizers' rules: `python -m nn._generated` writes it again.

A test fails while it is stale.
"""

from __future__ import annotations

from pathlib import Path

from autograd._native.kernels import C
from autograd.symbols import Formulas
from nn.updates import UPDATES, Update

HEAD = """\
/* Written by `python -m nn._generated` from the rules in nn/updates.py. */
#include <math.h>
#include <stddef.h>

/* the same bits on each kind of processor: nothing is fused or reordered */
#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__) && \\
    defined(__gnu_linux__)
#define NN_CLONES __attribute__((target_clones("avx2", "default")))
#else
#define NN_CLONES
#endif

/* no two of a rule's arrays overlap */
#if defined(_MSC_VER)
#define NN_ALONE __restrict
#else
#define NN_ALONE restrict
#endif

typedef void nn_rule(ptrdiff_t count, double *NN_ALONE numbers,
    const double *NN_ALONE gradients, double *const *state, const double *settings);

"""


def _function(name: str, update: Update) -> str:
    formulas = Formulas()
    names = ("data", "grad", *update.state, *update.settings)
    results = [*update.rule(formulas, *map(formulas.name, names))]
    lines, (moved, *state) = C.statements(results)
    columns = [f"double *NN_ALONE all_{own}" for own in update.state]
    loads = [f"{own} = all_{own}[i]" for own in update.state]
    return (
        f"NN_CLONES static void nn_{name}(ptrdiff_t count, double *NN_ALONE numbers,\n"
        "    const double *NN_ALONE gradients, double *const *state,\n"
        "    const double *settings) {\n"
        + "".join(f"    {x} = state[{i}];\n" for i, x in enumerate(columns))
        + "".join(
            f"    const double {own} = settings[{i}];\n"
            for i, own in enumerate(update.settings)
        )
        + "    ptrdiff_t i;\n"
        "    for (i = 0; i < count; i++) {\n"
        "        const double data = numbers[i];\n"
        "        const double grad = gradients[i];\n"
        + "".join(f"        const double {load};\n" for load in loads)
        + "".join(f"    {line}" for line in lines)
        + "".join(
            f"        all_{own}[i] = {new};\n" for own, new in zip(update.state, state)
        )
        + f"        numbers[i] = {moved};\n    }}\n}}\n\n"
    )


def updates() -> str:
    """updates.h."""
    functions = "".join(_function(name, update) for name, update in UPDATES.items())
    rules = ", ".join(f"nn_{name}" for name in UPDATES)
    return (
        f'{HEAD}#define NN_NAMES "{" ".join(UPDATES)}"\n\n{functions}'
        f"static nn_rule *const nn_rules[] = {{{rules}}};\n"
    )


FILES = {"_native/updates.h": updates}

if __name__ == "__main__":
    for name, text in FILES.items():
        (Path(__file__).parent / name).write_text(text(), encoding="utf-8")
