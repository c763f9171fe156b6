"""Ctrl-C at any moment of a derivative: what is computed later is recorded as ever."""

import sys

import pytest

from autograd import (
    Value,
    checkpoint,
    derivative,
    detect_anomaly,
    fixed_point,
    grad,
    hessian,
    math,
    no_grad,
    observing,
    root,
    scopes,
    watching,
)
from autograd.derivatives import recording

w = Value(2.0)


def watched():
    with detect_anomaly():
        return grad(lambda x: x * x * w)(3.0)


def quiet():
    with no_grad():
        return grad(lambda x: x * x * w)(3.0)


CALLS = {
    "grad": lambda: grad(lambda x: x * x * w)(3.0),
    "hessian": lambda: hessian(lambda x: x[0] * x[1])([3.0, 4.0]),
    "derivative": lambda: derivative(math.sin, 3)(0.3),
    "root": lambda: root(lambda x: x * x - w, 1.0),
    "fixed_point": lambda: fixed_point(lambda x: (x + w / x) / 2, 1.0),
    "checkpoint": lambda: checkpoint(lambda x: x * x)(w),
    "no_grad": quiet,
    "detect_anomaly": watched,
}


class Interrupts:
    """Raises after so many of the moments at which Python looks for signals."""

    def __init__(self, left):
        self.left = left

    def __call__(self, frame, event, argument):
        if sys.version_info < (3, 11) and event == "call" and frame.f_lasti >= 0:
            # a generator goes on: what is raised in this hook would end it without its
            # finally there, which a signal never does
            return
        if event in ("call", "c_return"):
            self.left -= 1
            if self.left == 0:
                sys.setprofile(None)
                raise KeyboardInterrupt


def interrupted(call, moment):
    """Whether the call was still going on then."""
    sys.setprofile(Interrupts(moment))
    try:
        call()
    except KeyboardInterrupt:
        return True
    finally:
        sys.setprofile(None)
    return False


def state():
    inside = recording._leaves.get()
    return scopes.current.get(), observing.observer(), watching.watcher(), inside


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("name", CALLS)
def test_ctrl_c_leaves_nothing_behind(name):
    before, moment = state(), 1
    while interrupted(CALLS[name], moment):
        assert state() == before, f"after moment {moment}"
        moment += 1
    assert moment > 20
    assert (w * w).parents == (w, w)
