"""Which engine the suite runs on is the process's: AUTOGRAD_ENGINE, see __main__."""

import os

import autograd


def pytest_configure():
    wanted = os.environ.get("AUTOGRAD_ENGINE")
    assert wanted in (None, "", autograd.engine), (wanted, autograd.engine)


def pytest_report_header():
    return f"engine: {autograd.engine}"
