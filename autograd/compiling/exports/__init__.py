"""Exports: a compiled function as text of other languages, made from its schedule.

`c` writes C, `arrays` array code for NumPy and JAX. Both read the schedule through
`reading`, and what a row of the table computes they take from the table.
"""
