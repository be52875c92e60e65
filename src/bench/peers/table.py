"""NumPy and OpenCV for `sheaf pipeline` and `sheaf brightness`: a pool of processes, each image's
numbers sent back.

    python3 table.py pipeline|brightness numpy|histogram PROCESSES DIRECTORY COUNT OUTPUT.csv

numpy: np.sin and np.median of the pixels. histogram: how often each of the 256 values occurs
(cv2.calcHist), and the rest from that. Prints the seconds from before the pool is made to the end.
"""

import multiprocessing
import sys
import time

import cv2
import numpy as np

what, form, processes, directory, count, output = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4], int(sys.argv[5]), sys.argv[6]
cv2.setNumThreads(1)
SINES = np.sin(np.arange(256.0))
RGB = (2, 1, 0)  # in OpenCV's BGR


def median(counts):
    upto = np.cumsum(counts)
    n = upto[-1]
    return (np.searchsorted(upto, (n - 1) // 2, "right") + np.searchsorted(upto, n // 2, "right")) / 2


def one(item):
    image = cv2.imread(f"{directory}/{item}.jpg")
    if form == "numpy":
        if what == "pipeline":
            return [np.sin(image.astype(np.float64)).sum()]
        return np.median(image, axis=(0, 1))[::-1]
    counts = [cv2.calcHist([image], [c], None, [256], [0, 256])[:, 0].astype(np.int64) for c in RGB]
    return [sum(counts) @ SINES] if what == "pipeline" else [median(c) for c in counts]


if __name__ == "__main__":
    begin = time.perf_counter()
    with multiprocessing.Pool(processes) as pool:
        rows = pool.map(one, range(count), chunksize=16)
    with open(output, "w") as table:
        table.write("item,...\n")
        for item, row in enumerate(rows):
            table.write(",".join([str(item), *(repr(float(number)) for number in row)]) + "\n")
    print(time.perf_counter() - begin)
