"""COBOL: from a source to what its programs mean."""

from __future__ import annotations

from cobolsmith.languages.cobol.copybooks import Library
from cobolsmith.languages.cobol.reader import read_program, read_programs

EXTENSIONS: tuple[str, ...] = (".cbl", ".cob", ".cobol", ".cpy", ".copy", ".pco", ".sqb", ".ccp")
"""File name extensions of COBOL programs and copybooks, in lower case."""

__all__ = ["EXTENSIONS", "Library", "read_program", "read_programs"]
