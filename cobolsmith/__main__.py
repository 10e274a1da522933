"""`python -m cobolsmith`."""

from cobolsmith.cli import run

if __name__ == "__main__":
    run()
