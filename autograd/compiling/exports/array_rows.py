"""Rows of the table as functions over arrays, with the table's local derivatives.

NumPy's functions compute values. JAX has derivatives of its own, which at kinks and in
the tails are not the table's: each row but the plainest becomes a function with a rule
of its own there.
"""

from __future__ import annotations

from typing import Any

from autograd.codegen import Language
from autograd.compiling.exports.array_texts import needed, texts
from autograd.compiling.exports.reading import Recorded, is_own
from autograd.primitives import Primitive
from autograd.symbols import Formulas

PLAIN = {"+": "{0} + {1}", "-": "{0} - {1}", "*": "{0} * {1}", "neg": "-{0}"}
SAME = (
    *("exp", "expm1", "log", "log2", "log10", "log1p", "sqrt", "cbrt", "sin", "cos"),
    *("tan", "sinh", "cosh", "tanh", "floor", "ceil", "trunc", "fmod", "copysign"),
    *("abs", "sign", "round"),
)
OTHERS = {
    **{f"a{name}": f"arc{name}" for name in ("sin", "cos", "tan", "sinh", "cosh")},
    "atanh": "arctanh",
    "atan2": "arctan2",
    "pow": "power",
    "max": "maximum",
    "%": "mod",
}
# of SciPy, or of JAX under the same names
SPECIAL = {
    **{name: name for name in ("erf", "erfc", "gamma", "digamma")},
    "lgamma": "gammaln",
}
HELPERS = ("exp2", "sigmoid", "softplus", "remainder", "fma", "polygamma")
REDUCED = ("max", "min", "logsumexp", "prod", "hypot", "mean")


class ArrayRows:
    """The functions that rows become, while array code is written."""

    def __init__(self, recorded: Recorded, module: str, method: str) -> None:
        self.recorded, self.module, self.method = recorded, module, method
        self.is_jax = module == "jnp"
        self.functions: dict[str, str] = {}
        names = {name: f"{module}.{name}" for name in SAME}
        names |= {name: f"{module}.{other}" for name, other in OTHERS.items()}
        names |= {name: f"special.{other}" for name, other in SPECIAL.items()}
        names |= {name: f"m_{name}" for name in HELPERS}
        names["//"] = "m_floordiv"
        self.language = Language(
            *(names, f"{module}.nan", f"{module}.inf", "", ""),
            choice=f"{module}.where({{0}}, {{1}}, {{2}})",
            line="    {name} = {text}\n",
        )

    def applied(self, row: Primitive, operands: list[str]) -> str:
        """A row over arrays of the same length, or numbers.

        >>> from autograd.primitives import ROWS
        >>> rows = ArrayRows(None, "np", "to_numpy()")
        >>> rows.applied(ROWS["tanh"], ["t0"])
        'tanh(t0)'
        >>> print(rows.functions["tanh"])
        def tanh(x0):
            return np.tanh(x0)
        """
        self._refuse_own(row)
        if row.name in PLAIN:
            return PLAIN[row.name].format(*operands)
        name = row.identifier
        if name not in self.functions:
            self.functions[name] = self._function(row)
        return f"{name}({', '.join(operands)})"

    def reduced(self, row: Primitive, xs: str) -> str:
        """A row over the last axis of an array."""
        self._refuse_own(row)
        if row.name not in REDUCED:
            raise self.recorded.refused(row, self.method, "which arrays cannot compute")
        name = row.identifier
        known = texts(self.module)
        if self.is_jax and f"list_{name}_partials" in known:
            self.functions[f"list_{name}"] = (
                f"{known[f'list_{name}']}\n\n\n{known[f'list_{name}_partials']}\n\n\n"
                f"list_{name} = reduction(list_{name}, list_{name}_partials)"
            )
        return f"list_{name}({xs})"

    def prelude(self, text: str) -> str:
        """The functions that a text needs."""
        own = "\n\n\n".join(self.functions.values())
        known = {
            name: part
            for name, part in texts(self.module).items()
            if name not in self.functions
        }
        parts = [known[name] for name in needed(f"{text}\n{own}", known)]
        return "\n\n\n".join([*parts, *self.functions.values()])

    def _refuse_own(self, row: Primitive) -> None:
        if is_own(row):
            raise self.recorded.refused(
                row,
                self.method,
                "a primitive of your own: its Python cannot be written over arrays. "
                "Write it with the functions of autograd.math",
            )

    def _function(self, row: Primitive) -> str:
        formulas = Formulas()
        names = [f"x{i}" for i in range(row.arity or 0)]
        xs = [formulas.name(name) for name in names]
        value = row.forward(formulas, *xs)
        text = self._text(row.identifier, names, [value])
        if not self.is_jax:
            return text
        slopes = row.partials(formulas, formulas.name("out"), *xs)
        name = f"{row.identifier}_partials"
        partials = self._text(name, ["out", *names], [*slopes], is_tuple=True)
        made = f"{row.identifier} = primitive({row.identifier}, {name})"
        return f"{text}\n\n\n{partials}\n\n\n{made}"

    def _text(
        self, name: str, given: list[str], results: list[Any], is_tuple: bool = False
    ) -> str:
        lines, values = self.language.statements(results)
        if is_tuple:
            returned = f"({', '.join(values)}{',' * (len(values) == 1)})"
        elif lines and lines[-1].startswith(f"    {values[0]} = "):
            returned = lines.pop().split(" = ", 1)[1].strip()
        else:
            returned = values[0]
        body = "".join([*lines, f"    return {returned}"])
        return f"def {name}({', '.join(given)}):\n{body}"
