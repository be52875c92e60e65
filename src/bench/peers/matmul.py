"""NumPy's product of two matrices, with the BLAS that Debian's NumPy finds (OpenBLAS).

    OPENBLAS_NUM_THREADS=THREADS python3 matmul.py A.npy B.npy OUTPUT.npy

Prints the seconds of reading, multiplying and writing, and then those of multiplying alone.
"""

import sys
import time

import numpy as np

begin = time.perf_counter()
a, b = np.load(sys.argv[1]), np.load(sys.argv[2])
multiply = time.perf_counter()
c = a @ b
end = time.perf_counter()
np.save(sys.argv[3], c)
print(time.perf_counter() - begin, end - multiply)
