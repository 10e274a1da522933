"""Triton's kernels run in its interpreter, on the CPU, unless TRITON_INTERPRET says otherwise.

Triton asks for this when it is imported, so it is said before any test is.
"""

import os

os.environ.setdefault("TRITON_INTERPRET", "1")
