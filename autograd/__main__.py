"""`python -m autograd`: the `autograd` command."""

from autograd.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
