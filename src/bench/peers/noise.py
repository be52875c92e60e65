"""OpenCV for `sheaf noise` and for reading its PNGs: a pool of processes.

    python3 noise.py write PROCESSES COUNT DIRECTORY
    python3 noise.py read PROCESSES COUNT DIRECTORY          into one shared array
    python3 noise.py check PROCESSES COUNT DIRECTORY ARRAY   the same, and compares it

Prints the seconds from before the pool is made to the end.
"""

import mmap
import multiprocessing
import sys
import time

import cv2
import numpy as np

mode, processes, count, directory = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
cv2.setNumThreads(1)
SHAPE = (count, 100, 100, 3)
array = None


def write(item):
    image = np.random.default_rng(item).integers(0, 256, (100, 100), dtype=np.uint8)
    cv2.imwrite(f"{directory}/{item}.png", image)


def read(item):
    array[item] = cv2.imread(f"{directory}/{item}.png")


if __name__ == "__main__":
    begin = time.perf_counter()
    if mode != "write":
        array = np.frombuffer(mmap.mmap(-1, count * 30000), np.uint8).reshape(SHAPE)
    with multiprocessing.Pool(processes) as pool:
        pool.map(write if mode == "write" else read, range(count), chunksize=50)
    if mode == "check":
        assert np.array_equal(array, np.load(sys.argv[5]))
    else:
        print(time.perf_counter() - begin)
