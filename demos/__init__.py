"""Stories told with the engine: `python -m demos` tells all of them."""
