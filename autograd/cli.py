"""The `autograd` command: an expression explained, drawn, played, differentiated."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from typing import NoReturn

import autograd
from autograd import explanations
from autograd._engine import Value
from autograd.explanations.checks import report
from autograd.explanations.model import finite
from autograd.explanations.terminal import play
from autograd.explanations.text import finished, takes_color
from autograd.expressions import Expression, ExpressionError, assignments
from autograd.pictures import EngineError, draw

DESCRIPTION = """\
The chain rule on an expression of your own, one step at a time.

  autograd explain "tanh(w*x + b)" w=0.5 x=2 b=-1    both passes, as text
  autograd step    "tanh(w*x + b)" w=0.5 x=2 b=-1    play them, step by step
  autograd draw    "tanh(w*x + b)" w=0.5 x=2 b=-1 -o graph.svg
  autograd grad    "tanh(w*x + b)" w=0.5 x=2 b=-1    the gradients only
  autograd check   "tanh(w*x + b)" w=0.5 x=2 b=-1    by difference quotients

  autograd kinks     "sqrt(x*x)" x=0             why a gradient is nan
  autograd precision "(1 - cos(x))/x^2" x=1e-8   which digits are right
  autograd conventions sqrt                     what holds at kinks and poles

  autograd paths    "(a + b)*a" a=2 b=3    the gradient as a sum over paths
  autograd mistakes "(a + b)*a" a=2 b=3    the classic wrong backward passes
  autograd modes    "(a + b)*a" a=2 b=3    forward beside reverse mode
  autograd exercise --level 3              questions; wrong answers explained
"""
LANGUAGE = """\
expressions
  + - * / // %, ** or ^ for powers, brackets, numbers, pi, e, and the functions
  of autograd.math: tanh(x), exp(x), log(x), sqrt(x), relu(x), max(x, y) ...
  Steps may have names of their own, parted by semicolons; the last counts:
      "e = a*b; d = e + c; L = d*f"
  An expression is never run as Python. Give every name that it needs a number:
      w=0.5 x=2 b=-1/3
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command. Status 0, or 1 where a check differs, or 2 for bad input."""
    try:
        options = _parser().parse_args(arguments)
        status: int = options.run(options)
        sys.stdout.flush()
        return status
    except BrokenPipeError:  # `autograd explain ... | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        print(file=sys.stderr)
        return 130
    except ExpressionError as error:
        return _fail(error.pointed())
    except ImportError as error:  # an extra that is not installed
        return _fail(str(error))
    except (EngineError, OSError, ValueError, TypeError, LookupError) as error:
        return _fail(str(error))


def _fail(told: str) -> int:
    print(f"autograd: {told}", file=sys.stderr)
    return 2


class _Parser(argparse.ArgumentParser):
    """Options and assignments in any order; an error is one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}; see {self.prog} --help\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="autograd",
        description=DESCRIPTION,
        epilog=LANGUAGE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--version", action="version", version=f"scalar-autograd {autograd.__version__}"
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(
        name: str,
        run: Callable[[argparse.Namespace], int],
        told: str,
        files: str = "",
        needed: bool = True,
    ) -> argparse.ArgumentParser:
        made = commands.add_parser(
            name,
            help=told,
            description=f"{told[0].upper()}{told[1:]}.",
            epilog=LANGUAGE,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        made.set_defaults(run=run)
        nargs = None if needed else "?"
        made.add_argument("expression", nargs=nargs, help='"tanh(w*x + b)"')
        made.add_argument("values", nargs="*", metavar="name=number", help="w=0.5 ...")
        if files:
            made.add_argument("-o", "--output", metavar="FILE", help=f"write {files}")
        return made

    texts = "txt, md, tex, json, html (a page that plays), svg (animated) or gif"
    explain = command("explain", _explain, "explain both passes as text", texts)
    explain.add_argument("--wrt", metavar="NAMES", help="only what lies between: a,b")
    explain.add_argument("--step", type=int, metavar="N", help="open one step")
    explain.add_argument("--trace", action="store_true", help="as a two-column trace")
    _looks(explain)
    step = command("step", _step, "play both passes step by step", texts)
    step.add_argument("--wrt", metavar="NAMES", help="only what lies between: a,b")
    _looks(step)
    formats = "svg, png, pdf, dot, mmd (Mermaid), tex (TikZ) or json"
    command("draw", _draw, "draw the graph with its gradients", formats)
    grad = command("grad", _grad, "print the value and the gradients")
    grad.add_argument("--json", action="store_true", help="as JSON, with every digit")
    step.add_argument("--predict", action="store_true", help="ask before each product")
    check = command("check", _check, "check every derivative by a difference quotient")
    _looks(check)
    told = "tell which operations sit on a kink, a jump or a pole"
    _plain(command("kinks", _kinks, told))
    told = "evaluate in many digits: which are right, and who is to blame"
    _plain(command("precision", _precision, told))
    told = "print what holds at kinks and poles, of all or of one"
    conventions = commands.add_parser("conventions", help=told)
    conventions.add_argument("primitive", nargs="?", help="sqrt, max, ...")
    conventions.set_defaults(run=_conventions)
    _plain(conventions)
    told = "show the gradient as a sum over paths"
    paths = command("paths", _paths, told, "the picture of a path: svg, png, pdf ...")
    paths.add_argument("--from", dest="start", metavar="NAME", help="only from this")
    paths.add_argument("--light", type=int, default=1, metavar="N", help="path to draw")
    _looks(paths)
    _looks(command("mistakes", _mistakes, "run classic wrong backward passes"))
    _looks(command("modes", _modes, "show forward and reverse mode side by side"))
    told = "ask questions, and tell what is wrong with the answers"
    exercise = command("exercise", _exercise, told, "html, md or txt", needed=False)
    exercise.add_argument("--level", type=int, default=3, help="1 to 5 (default: 3)")
    exercise.add_argument("--seed", type=int, default=0, help="of the graph drawn")
    exercise.add_argument("--solutions", action="store_true", help="print them instead")
    _looks(exercise)
    return parser


def _looks(parser: argparse.ArgumentParser) -> None:
    _plain(parser)
    parser.add_argument("--digits", type=_count, default=4, help="default: %(default)s")


def _plain(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--ascii", action="store_true", help="in plain ASCII")


def _count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 17:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1 to 17")
    return int(text)


def _result(options: argparse.Namespace) -> tuple[Value, dict[str, Value]]:
    """The expression as a recorded graph, and its leaves by name."""
    expression = Expression(options.expression)
    leaves = expression.leaves(assignments(options.values))
    result = expression.evaluate(leaves)
    if not isinstance(result, Value) or result.is_constant:
        raise ValueError(
            f"{options.expression!r} has no name in it to differentiate by: give one, "
            'as in "x^2" x=3'
        )
    return result, leaves


def _explanation(options: argparse.Namespace) -> explanations.Explanation:
    result, leaves = _result(options)
    wrt = []
    for name in filter(None, (options.wrt or "").split(",")):
        if name.strip() not in leaves:
            raise ValueError(f"--wrt {name}: the names are {', '.join(leaves)}")
        wrt.append(leaves[name.strip()])
    return explanations.explain(result, wrt or None, digits=options.digits)


def _is_colored(options: argparse.Namespace) -> bool:
    return takes_color() and not options.ascii


def _saved(thing: explanations.Explanation, output: str) -> int:
    print(f"wrote {thing.save(output)}")
    return 0


def _explain(options: argparse.Namespace) -> int:
    told = _explanation(options)
    if options.output:
        return _saved(told, options.output)
    if options.step is not None:
        shown = finished(str(told.step(options.step)), options.ascii, False)
        print(shown)
    elif options.trace:
        print(told.trace(ascii=options.ascii))
    else:
        print(told.text(ascii=options.ascii, color=_is_colored(options)))
    return 0


def _step(options: argparse.Namespace) -> int:
    told = _explanation(options)
    if options.output:
        return _saved(told, options.output)
    steps = explanations.Steps(told)
    if sys.stdin.isatty():
        color = _is_colored(options)
        play(steps, ascii=options.ascii, color=color, predict=options.predict)
        return 0
    for at in range(len(steps)):  # nobody types: every step, one after the other
        print(steps.go(at).text(options.ascii))
    return 0


def _draw(options: argparse.Namespace) -> int:
    result, _ = _result(options)
    result.backward()
    picture = draw(result)
    if options.output:
        print(f"wrote {picture.save(options.output)}")
    else:
        print(picture.dot)
    return 0


def _grad(options: argparse.Namespace) -> int:
    result, leaves = _result(options)
    result.backward()
    gradients = {name: leaf.grad for name, leaf in leaves.items()}
    if options.json:
        data = {"value": result.data, "gradients": gradients}
        print(json.dumps(finite(data)))
        return 0
    width = max(map(len, leaves)) + 4
    name = result.label or "result"
    print(f"{name:<{width}} {result.data!r}")
    for leaf, gradient in gradients.items():
        print(f"d/d{leaf:<{width - 3}} {gradient!r}")
    return 0


def _check(options: argparse.Namespace) -> int:
    options.wrt = None
    told = _explanation(options)
    checked = report(told.log, options.digits)
    print(finished(str(checked), options.ascii, _is_colored(options)))
    return 0 if checked.agrees else 1


def _kinks(options: argparse.Namespace) -> int:
    result, _ = _result(options)
    print(finished(str(autograd.kinks(result)), options.ascii, False))
    return 0


def _precision(options: argparse.Namespace) -> int:
    result, _ = _result(options)
    print(finished(str(autograd.precision(result)), options.ascii, False))
    return 0


def _conventions(options: argparse.Namespace) -> int:
    told = autograd.conventions(options.primitive)
    print(finished(str(told), options.ascii, False))
    return 0


def _paths(options: argparse.Namespace) -> int:
    result, leaves = _result(options)
    if options.start is not None and options.start not in leaves:
        raise ValueError(f"--from {options.start}: the names are {', '.join(leaves)}")
    wanted = [options.start] if options.start is not None else [*leaves]
    reports = [
        explanations.paths(result, leaves[name], digits=options.digits)
        for name in wanted
    ]
    if options.output:
        print(f"wrote {reports[0].draw(options.light).save(options.output)}")
        return 0
    print("\n\n".join(report.text(ascii=options.ascii) for report in reports))
    return 0


def _mistakes(options: argparse.Namespace) -> int:
    result, _ = _result(options)
    told = explanations.mistakes(result, digits=options.digits)
    print(told.text(ascii=options.ascii))
    return 0


def _modes(options: argparse.Namespace) -> int:
    result, _ = _result(options)
    print(explanations.modes(result, digits=options.digits).text(ascii=options.ascii))
    return 0


def _exercise(options: argparse.Namespace) -> int:
    if options.expression is None:
        result = explanations.generate(options.level, options.seed)
    else:
        result, _ = _result(options)
    exercise = explanations.exercise(result, seed=options.seed, digits=options.digits)
    if options.output:
        print(f"wrote {exercise.save(options.output)}")
    elif options.solutions:
        print(exercise.solutions(ascii=options.ascii))
    elif sys.stdin.isatty():
        exercise.ask(ascii=options.ascii)
    else:
        print(exercise.text(ascii=options.ascii))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
