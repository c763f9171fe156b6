"""The optimizers' loops over compiled Values; the formulas are in nn/updates.py."""
