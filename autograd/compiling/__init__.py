"""Compiling: a function recorded once, and replayed at the speed of C."""
