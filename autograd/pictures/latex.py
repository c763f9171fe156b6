"""Users' texts as LaTeX shows them, character for character, with any engine of TeX.

The packages fontenc (T1) and lmodern are all that they need.
"""

from __future__ import annotations

import re
import unicodedata

# Signs that TeX would obey
SPECIAL = {
    **{c: f"\\{c}" for c in "{}$&#%_"},
    **{c: f"{{{c}}}" for c in "[]*"},  # after a line break they would be its options
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    '"': r"\textquotedbl{}",
    "'": r"\textquotesingle{}",
    "`": r"\textasciigrave{}",
    "…": r"\ldots{}",
    "–": r"\textendash{}", "—": r"\textemdash{}", "•": r"\textbullet{}",
    "‘": r"\textquoteleft{}", "’": r"\textquoteright{}",
    "“": r"\textquotedblleft{}", "”": r"\textquotedblright{}",
    "€": r"\texteuro{}",
    "ł": r"\l{}", "Ł": r"\L{}", "đ": r"\dj{}", "Đ": r"\DJ{}", "ı": r"\i{}",
    "œ": r"\oe{}", "Œ": r"\OE{}", "ŋ": r"\ng{}", "Ŋ": r"\NG{}",
    "ß": r"\ss{}", "ÿ": r"\"{y}", "¸": r"\c{}",
    # commands, since LuaLaTeX takes the characters for places in a T1 font
    **{c: f"\\text{name}{{}}" for c, name in zip("¡¢£¤¥¦§¨©ªº®¯°´¶¼½¾¿", (
        *("exclamdown", "cent", "sterling", "currency", "yen", "brokenbar", "section"),
        *("asciidieresis", "copyright", "ordfeminine", "ordmasculine", "registered"),
        *("asciimacron", "degree", "asciiacute", "paragraph", "onequarter", "onehalf"),
        *("threequarters", "questiondown"),
    ))},
    "«": r"\guillemotleft{}", "»": r"\guillemotright{}",
    **dict.fromkeys("\u200c\u200d\ufe0e\ufe0f", ""),  # they have no width
}  # fmt: skip
GREEK = (
    *("alpha", "beta", "gamma", "delta", "varepsilon", "zeta", "eta", "theta", "iota"),
    *("kappa", "lambda", "mu", "nu", "xi", "o", "pi", "rho", "varsigma", "sigma"),
    *("tau", "upsilon", "varphi", "chi", "psi", "omega"),
)
# Capitals that LaTeX has no command for look as the Latin ones do
CAPITALS = dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΧ", "ABEZHIKMNOPTX"))
MATH = {
    **{chr(ord("α") + i): f"\\{name}" for i, name in enumerate(GREEK)},
    **{c: f"\\{name.capitalize()}" for c, name in zip("ΓΔΘΛΞΠΣΥΦΨΩ", (
        *("gamma", "delta", "theta", "lambda", "xi", "pi", "sigma", "upsilon"),
        *("phi", "psi", "omega"),
    ))},
    **{c: rf"\mathrm{{{latin}}}" for c, latin in CAPITALS.items()},
    "ο": "o", "µ": r"\mu", "ϵ": r"\epsilon", "ϑ": r"\vartheta", "ϕ": r"\phi",
    **{c: f"_{{{i}}}" for i, c in enumerate("₀₁₂₃₄₅₆₇₈₉")},
    **{c: f"^{{{i}}}" for i, c in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")},
    **dict(zip("₊₋₌₍₎", ("_{+}", "_{-}", "_{=}", "_{(}", "_{)}"))),
    **dict(zip("⁺⁻⁼⁽⁾", ("^{+}", "^{-}", "^{=}", "^{(}", "^{)}"))),
    **{c: f"_{{{base}}}" for c, base in zip("ₐₑₒₓₕₖₗₘₙₚₛₜᵢⱼᵣᵤᵥ", "aeoxhklmnpstijruv")},
    "ⁿ": "^{n}", "ⁱ": "^{i}", "ᵀ": "^{T}", "™": r"^{\mathrm{TM}}",
    "′": r"^{\prime}", "″": r"^{\prime\prime}",
    "−": "-", "×": r"\times", "÷": r"\div", "·": r"\cdot", "⋅": r"\cdot",
    "±": r"\pm", "∓": r"\mp", "∘": r"\circ", "⊗": r"\otimes", "⊕": r"\oplus",
    "⊙": r"\odot", "∗": "*", "¬": r"\neg", "∧": r"\wedge", "∨": r"\vee",
    "∂": r"\partial", "∇": r"\nabla", "∞": r"\infty", "ℓ": r"\ell", "∫": r"\int",
    "∑": r"\sum", "∏": r"\prod", "√": r"\surd", "∛": r"\sqrt[3]{\ }",
    "ℝ": r"\mathbf{R}", "ℕ": r"\mathbf{N}", "ℤ": r"\mathbf{Z}", "∅": r"\emptyset",
    "≤": r"\leq", "≥": r"\geq", "≠": r"\neq", "≈": r"\approx", "≡": r"\equiv",
    "∝": r"\propto", "∼": r"\sim", "≪": r"\ll", "≫": r"\gg", "‖": r"\|",
    "∈": r"\in", "∉": r"\notin", "⊂": r"\subset", "∪": r"\cup", "∩": r"\cap",
    "∀": r"\forall", "∃": r"\exists", "→": r"\to", "←": r"\leftarrow",
    "↔": r"\leftrightarrow", "⇒": r"\Rightarrow", "↦": r"\mapsto", "|": "|",
    "⌊": r"\lfloor", "⌋": r"\rfloor", "⌈": r"\lceil", "⌉": r"\rceil",
    "⟨": r"\langle", "⟩": r"\rangle",
}  # fmt: skip
# Combining marks: over a letter of text, over a letter of mathematics
MARKS = {
    "\u0300": (r"\`", r"\grave"),
    "\u0301": (r"\'", r"\acute"),
    "\u0302": (r"\^", r"\hat"),
    "\u0303": (r"\~", r"\tilde"),
    "\u0304": (r"\=", r"\bar"),
    "\u0305": (r"\=", r"\bar"),
    "\u0306": (r"\u", r"\breve"),
    "\u0307": (r"\.", r"\dot"),
    "\u0308": (r"\"", r"\ddot"),
    "\u030a": (r"\r", r"\mathring"),
    "\u030b": (r"\H", ""),
    "\u030c": (r"\v", r"\check"),
    "\u0323": (r"\d", ""),
    "\u0327": (r"\c", ""),
    "\u0328": (r"\k", ""),
    "\u0331": (r"\b", r"\underline"),
    "\u0332": (r"\b", r"\underline"),
    "\u20d7": ("", r"\vec"),
}
SPACES = re.compile("^ +| +$| {2,}")
CLUSTER = re.compile(f"(?s).[{''.join(MARKS)}]*")
LIGATURES = re.compile("([-,'`<>])(?=\\1)")


def escape(text: str) -> str:
    r"""A text as LaTeX shows it.

    >>> print(escape("50% of $x_1$"))
    50\% of \$x\_1\$
    >>> print(escape("∇ŷ₁"))
    $\nabla$\^{y}$_{1}$
    """
    shown = []
    here = 0
    for spaces in SPACES.finditer(text):
        # in a box, since TeX drops spaces at the ends of lines
        width = spaces.end() - spaces.start()
        shown.append(_characters(text[here : spaces.start()]))
        shown.append("\\mbox{" + "\\ " * width + "}")
        here = spaces.end()
    return "".join([*shown, _characters(text[here:])])


def _characters(text: str) -> str:
    composed = unicodedata.normalize("NFC", text)
    # "--" would become a dash; and braces alone do not part letters in LuaLaTeX
    shown: list[str] = []
    for i, run in enumerate(LIGATURES.split(composed)):
        shown += map(_cluster, CLUSTER.findall(run))
        shown += [r"\kern0pt "] * (i % 2)
    return "".join(shown)


def _cluster(cluster: str) -> str:
    """A character and the marks over it."""
    if len(cluster) == 1 and (shown := _character(cluster)) is not None:
        return shown
    letter, *marks = [*unicodedata.normalize("NFD", cluster)]
    if not marks or any(mark not in MARKS for mark in marks):
        return _spelled(cluster)
    text = [MARKS[mark][0] for mark in marks]
    math = [MARKS[mark][1] for mark in marks]
    if len(marks) == 1 and letter.isascii() and text[0]:
        return f"{text[0]}{{{_character(letter)}}}"
    formula = MATH.get(letter)
    if letter.isascii() and letter.isalnum():
        formula = rf"\mathtt{{{letter}}}"
    if formula is None or not all(math):
        return (_character(letter) or _spelled(letter)) + _spelled("".join(marks))
    for accent in math:
        formula = f"{accent}{{{formula}}}"
    return f"${formula}$"


def _character(c: str) -> str | None:
    if c in SPECIAL:
        return SPECIAL[c]
    if c in MATH:
        return f"${MATH[c]}$"
    return c if " " <= c <= "~" or "À" <= c <= "þ" else None


def _spelled(text: str) -> str:
    return "".join(f"{{[}}U+{ord(c):04X}{{]}}" for c in text)
