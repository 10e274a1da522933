"""What must be said before anything is imported.

Triton's kernels run in its interpreter, on the CPU, unless TRITON_INTERPRET says otherwise: Triton
asks when it is imported. And one thread: the networks of tests are tiny, and where other work goes
on, two threads spend their time waiting for each other.
"""

import os

os.environ.setdefault("TRITON_INTERPRET", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")
