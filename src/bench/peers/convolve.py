"""The tutorial's convolution: SciPy's convolve2d(image, f)[::5, ::5] for each filter, by a Pool whose
processes inherit the image (pickled to each of them, as the tutorial has it, it takes longer).

    python3 convolve.py PROCESSES IMAGE.npy FILTERS.npy STRIDE ITERATIONS OUTPUT

Writes the last result without a header and prints the median seconds of an iteration over all
filters, the Pool's start not included.
"""

import statistics
import sys
import time
from multiprocessing import Pool

import numpy as np
import scipy.signal

processes, stride, iterations = int(sys.argv[1]), int(sys.argv[4]), int(sys.argv[5])
image, filters = np.load(sys.argv[2]), np.load(sys.argv[3])


def convolve(f):
    return scipy.signal.convolve2d(image, f)[::stride, ::stride]


if __name__ == "__main__":
    seconds = []
    with Pool(processes) as pool:
        for _ in range(iterations):
            begin = time.perf_counter()
            result = pool.map(convolve, filters, chunksize=1)
            seconds.append(time.perf_counter() - begin)
    np.array(result).tofile(sys.argv[6])
    print(statistics.median(seconds))
