"""The truth about a derivative: checked, traced to its cause, measured."""
