"""EXEC CICS: from a program to its commands, their options and what they are tied to."""

from __future__ import annotations

from cobolsmith.languages.cics.command import CicsCommand, CicsOption, CicsTie, Handled
from cobolsmith.languages.cics.reader import read_cics

__all__ = ["CicsCommand", "CicsOption", "CicsTie", "Handled", "read_cics"]
