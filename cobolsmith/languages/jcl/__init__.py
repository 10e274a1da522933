"""JCL: from a source to its jobs, steps and data sets, and what SORT is told about records."""

from __future__ import annotations

from cobolsmith.languages.jcl.jobs import DD, DataSet, Instream, Job, Jobs, Proc, Step
from cobolsmith.languages.jcl.reader import read_jcl

EXTENSIONS: tuple[str, ...] = (".jcl", ".prc", ".proc")
"""File name extensions of JCL and its procedures, in lower case."""

__all__ = ["DD", "EXTENSIONS", "DataSet", "Instream", "Job", "Jobs", "Proc", "Step", "read_jcl"]
