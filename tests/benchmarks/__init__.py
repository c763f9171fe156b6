"""Side-by-side benchmarks: `python -m tests.benchmarks eager`. Never part of the tests.

Each engine runs in a process of its own; the processes take turns, a task at a time, so
that the machine's drift falls on all of them alike.
"""
