"""Mean and std of a float64 .npy by NumPy, as its users write it. usage: stats.py FILE"""
import sys
import time

import numpy as np

begin = time.perf_counter()
a = np.load(sys.argv[1], mmap_mode="r")
mean, std = a.mean(), a.std()
print(time.perf_counter() - begin)
print(mean, std, file=sys.stderr)
