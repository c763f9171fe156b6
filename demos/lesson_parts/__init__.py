"""The parts of `demos.lesson`: its network, its figures, its text, and its page."""
