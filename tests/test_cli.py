"""The `autograd` command: what it prints, and one clear line for bad input."""

import json
import subprocess
import sys

import pytest

from autograd.cli import main
from autograd.explanations.steps import Steps
from autograd.explanations.terminal import play
from tests.test_explanations import product_graph

GRAPH = ("e = a*b; d = e + c; L = d*f", "a=2", "b=-3", "c=10", "f=-2")


def told(capsys, *arguments):
    status = main(arguments)
    out, err = capsys.readouterr()
    return status, out, err


def test_explain_is_the_explanation_of_the_same_graph(capsys):
    status, out, err = told(capsys, "explain", *GRAPH)
    lines = out.splitlines()
    assert status == 0 and err == ""
    assert "  e = a · b  = 2 · -3 = -6                ∂e/∂a = b = -3" in lines[2]
    assert "∂L/∂a = ∂L/∂e · ∂e/∂a = -2 · -3 = 6" in out
    assert "\x1b[" not in out  # a file, not a terminal


def test_explain_has_steps_traces_parts_and_ascii(capsys):
    assert "step 6 of 7" in told(capsys, "explain", *GRAPH, "--step", "6")[1]
    assert "reverse adjoint" in told(capsys, "explain", *GRAPH, "--trace")[1]
    out = told(capsys, "explain", *GRAPH, "--wrt", "a,b", "--ascii")[1]
    assert out.isascii() and "dL/df" not in out and "dL/db" in out
    assert told(capsys, "explain", *GRAPH, "--trace", "--ascii")[1].isascii()


def test_grad_prints_every_digit(capsys):
    assert told(capsys, "grad", "y = x^3", "x=3")[1] == "y     27.0\nd/dx  27.0\n"
    out = told(capsys, "grad", "1/x", "x=0", "--json")[1]
    assert json.loads(out) == {"value": "inf", "gradients": {"x": "-inf"}}


def test_check_tells_kinks_from_errors(capsys):
    status, out, _ = told(capsys, "check", "relu(x)*y", "x=0", "y=2")
    assert status == 0 and "5 of 7 agree, 2 cannot be told" in out
    assert "a kink: the slope is 0 to the left and 2 to the right" in out
    assert max(map(len, out.splitlines())) <= 80


def test_kinks_precision_and_conventions_are_told(capsys):
    status, out, _ = told(capsys, "kinks", "sqrt(x*x)", "x=0")
    assert status == 0 and "nan: the gradient that x gets" in out
    assert told(capsys, "kinks", "x*x", "x=1")[1].startswith("no kink")
    out = told(capsys, "precision", "(1 - cos(x))/x^2", "x=1e-8", "--ascii")[1]
    assert out.startswith("y = 0.0 has no right digit") and out.isascii()
    assert told(capsys, "conventions", "sqrt")[1].startswith("primitive  at")
    assert len(told(capsys, "conventions")[1].splitlines()) > 80
    status, _, err = told(capsys, "conventions", "sqr")
    assert status == 2 and "did you mean 'sqrt'" in err


def test_draw_writes_dot_or_a_file(capsys, tmp_path):
    assert told(capsys, "draw", "a*b", "a=2", "b=3")[1].startswith("digraph")
    path = tmp_path / "graph.mmd"
    assert "wrote" in told(capsys, "draw", "a*b", "a=2", "b=3", "-o", str(path))[1]
    assert path.read_text(encoding="utf-8").startswith("flowchart")


def test_step_without_a_terminal_prints_every_moment(capsys):
    status, out, _ = told(capsys, "step", *GRAPH)
    assert status == 0 and "moment 0 of 10" in out and "moment 10 of 10" in out


def test_the_reports_have_commands(capsys, tmp_path):
    out = told(capsys, "mistakes", "b = a + a; c = b + b", "a=3")[1]
    assert "assign instead of add" in out and "∂c/∂a = 1, not 4" in out
    out = told(capsys, "paths", "(a + b)*a", "a=2", "b=3", "--ascii")[1]
    assert "2 paths from a to y" in out and "1 path from b to y" in out
    path = tmp_path / "path.dot"
    arguments = ("--from", "a", "--light", "2", "-o", str(path))
    assert told(capsys, "paths", "(a + b)*a", "a=2", "b=3", *arguments)[0] == 0
    assert path.read_text(encoding="utf-8").startswith("digraph")
    out = told(capsys, "modes", "(a + b)*a", "a=2", "b=3")[1]
    assert "2 inputs and 1 output" in out


def test_exercises_are_sheets_where_nobody_types(capsys, tmp_path):
    sheet = told(capsys, "exercise", "--level", "3", "--seed", "6")[1]
    assert "____" in sheet and "given: a = 5, b = 2" in sheet
    answers = told(capsys, "exercise", "L = a*b", "a=2", "b=-3", "--solutions")[1]
    assert "-3" in answers
    for suffix in ("html", "md", "txt"):
        path = tmp_path / f"sheet.{suffix}"
        assert (
            told(capsys, "exercise", "L = a*b", "a=2", "b=3", "-o", str(path))[0] == 0
        )
        assert "∂L/∂a" in path.read_text(encoding="utf-8")
    assert told(capsys, "exercise", "-o", str(tmp_path / "sheet.doc"))[0] == 2


@pytest.mark.parametrize("suffix", ["txt", "md", "tex", "json", "html", "svg", "png"])
def test_explain_and_step_write_files(capsys, tmp_path, suffix):
    for command in ("explain", "step"):
        path = tmp_path / f"{command}.{suffix}"
        assert told(capsys, command, *GRAPH, "-o", str(path))[0] == 0
        assert path.stat().st_size > 100


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("grad", "tanh(w*x", "w=1", "x=2"), "autograd: "),
        (("grad", "tahn(w)", "w=1"), "did you mean tan"),
        (("grad", "w*x", "w=1"), "give it one, x=2"),
        (("grad", "w", "w=1", "z=2"), "'z' is not in the formula"),
        (("grad", "3"), "no name in it to differentiate by"),
        (("grad", "__import__('os').system('true')"), "autograd: "),
        (("explain", "x^2", "x=1", "-o", "x.docx"), "must end in one of"),
        (("explain", "x^2", "x=1", "-o", "no/such/x.md"), "does not exist"),
        (("explain", "x^2", "x=1", "--step", "99"), "steps 1 to"),
        (("explain", "x^2", "x=1", "--wrt", "y"), "the names are x"),
        (("paths", "x^2", "x=1", "--from", "y"), "the names are x"),
        (("exercise", "--level", "9"), "the levels are"),
    ],
)
def test_bad_input_is_one_complaint_and_status_2(capsys, arguments, complaint):
    status, out, err = told(capsys, *arguments)
    assert status == 2 and out == ""
    assert complaint in err and "Traceback" not in err
    assert len(err.splitlines()) in (1, 3)  # three: with the text and a caret


@pytest.mark.parametrize(
    "arguments", [(), ("frob",), ("grad",), ("explain", "x", "--digits", "0")]
)
def test_a_wrong_command_line_is_one_line(capsys, arguments):
    with pytest.raises(SystemExit) as stop:
        main(arguments)
    assert stop.value.code == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_help_teaches(capsys):
    with pytest.raises(SystemExit):
        main(["--help"])
    out = capsys.readouterr().out
    for word in ("explain", "step", "draw", "grad", "check", "tanh(w*x + b)", "never"):
        assert word in out
    assert max(map(len, out.splitlines())) <= 80


def test_it_is_a_module_and_stops_quietly_when_nobody_reads():
    command = [sys.executable, "-m", "autograd", "explain", *GRAPH]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 0 and "upstream" in done.stdout
    piped = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    piped.stdout.close()
    with piped.stderr:
        assert piped.stderr.read() == b"" and piped.wait() == 0


# --- the player in a terminal --------------------------------------------------------


def played(*lines):
    typed, shown = iter(lines), []

    def read(prompt):
        try:
            return next(typed)
        except StopIteration:
            raise EOFError from None

    play(Steps(product_graph()), read, shown.append)
    return shown


def test_the_player_moves_by_what_is_typed():
    shown = played("", "n", "b", "7", "to a", "k", "f", "l", "", "q")
    moments = [s.split(" of ")[0] for s in shown if s.startswith("moment")]
    assert [m.split()[-1] for m in moments] == [
        *("0", "1", "2", "1", "7", "9", "9", "0", "10", "10"),
    ]
    assert any("gradient 6" in s for s in shown)
    assert "this is the end: b goes back, q quits" in shown


def test_predictions_are_asked_for_and_graded():
    typed = iter(["8", "", "6", "", "17", "q"])
    shown = []
    play(Steps(product_graph()), lambda prompt: next(typed), shown.append, predict=True)
    assert any(s.startswith("Right") for s in shown)
    assert "The factors are ∂L/∂e = -2 and ∂e/∂b = a = 2." in shown
    assert sum("how much?" in s for s in shown) == 2


def test_the_player_says_what_it_does_not_understand():
    shown = played("frob", "99", "to zebra", "h")
    assert "'frob' is not a command: h shows them" in shown
    assert "there are moments 0 to 10" in shown
    assert any("is not in what is explained" in s for s in shown)


def test_the_player_ends_with_the_input_and_with_ctrl_c():
    def interrupt(prompt):
        raise KeyboardInterrupt

    play(Steps(product_graph()), interrupt, lambda told: None)
    assert played()[-1] == ""
