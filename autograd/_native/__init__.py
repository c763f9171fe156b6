"""The compiled twin of value.py; see README.md in this folder."""
