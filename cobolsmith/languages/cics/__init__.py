"""EXEC CICS: from a program to its commands, their options and what they are tied to."""

from __future__ import annotations

from cobolsmith.languages.cics.command import CicsCommand, CicsOption, CicsTie, Handled

__all__ = ["CicsCommand", "CicsOption", "CicsTie", "Handled"]
