"""JCL: from a source to its jobs, steps and data sets, and what SORT is told about records."""

from __future__ import annotations

from cobolsmith.languages.jcl.jobs import DD, DataSet, Instream, Job, Jobs, Proc, Step
from cobolsmith.languages.jcl.reader import read_jcl
from cobolsmith.languages.jcl.sortcards import read_sorting
from cobolsmith.languages.jcl.sorting import Control, Piece, Sorting
from cobolsmith.languages.jcl.sortsteps import step_sorting

EXTENSIONS: tuple[str, ...] = (".jcl", ".prc", ".proc")
"""File name extensions of JCL and its procedures, in lower case."""

__all__ = [
    "DD",
    "EXTENSIONS",
    "Control",
    "DataSet",
    "Instream",
    "Job",
    "Jobs",
    "Piece",
    "Proc",
    "Sorting",
    "Step",
    "read_jcl",
    "read_sorting",
    "step_sorting",
]
