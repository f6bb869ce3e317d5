"""Before anything else: arithmetic on one thread a worker, since the workers share the cores (and songs must not hang on it)."""

import os

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")
