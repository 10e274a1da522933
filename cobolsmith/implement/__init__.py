"""Features from a sentence: ties of words to names, plans by kind, examples as runs."""

from cobolsmith.implement.acceptance import Example, read_examples
from cobolsmith.implement.feature import Request, implement, understood_in
from cobolsmith.implement.ties import DoubtError

__all__ = ["DoubtError", "Example", "Request", "implement", "read_examples", "understood_in"]
