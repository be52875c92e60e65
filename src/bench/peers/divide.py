"""NumPy's quotients of two arrays.

    python3 divide.py A.npy B.npy OUTPUT.npy

Prints the seconds of reading, dividing and writing.
"""

import sys
import time

import numpy as np

begin = time.perf_counter()
np.save(sys.argv[3], np.load(sys.argv[1]) / np.load(sys.argv[2]))
print(time.perf_counter() - begin)
