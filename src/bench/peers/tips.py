"""pandas and dask for `sheaf tips` on CSV: the histogram and the mean of a ratio, of two columns.

    python3 tips.py pandas|dask PROCESSES FILE.csv

pandas: a pool of processes, each with its range of the file's bytes. dask: dask.dataframe in one pass,
in so many processes. Prints the counts' sum and the mean, then the seconds from before the pool is made
to the end.
"""

import io
import multiprocessing
import os
import sys
import time

import numpy as np
import pandas as pd

form, processes, file = sys.argv[1], int(sys.argv[2]), sys.argv[3]
COLUMNS = ["fare_amount", "tip_amount"]
NAMES = open(file).readline().strip().split(",")


def line(handle, at):
    """Where the first line from a byte on begins."""
    handle.seek(max(0, at - 1))
    handle.readline()
    return handle.tell()


def part(k):
    size = os.path.getsize(file)
    with open(file, "rb") as handle:
        begin, end = line(handle, size * k // processes), line(handle, size * (k + 1) // processes)
        handle.seek(begin)
        data = handle.read(end - begin)
    table = pd.read_csv(io.BytesIO(data), names=NAMES, usecols=COLUMNS, dtype=np.float64, engine="c")
    fare, tip = table.fare_amount.values, table.tip_amount.values
    ratio = tip[fare > 0] / fare[fare > 0]
    return np.histogram(ratio, bins=200, range=(0.01, 2))[0], ratio.sum(), ratio.size


def of_dask():
    import dask
    import dask.array as da
    import dask.dataframe as dd

    table = dd.read_csv(file, usecols=COLUMNS, dtype=np.float64, blocksize="16MB")
    table = table[table.fare_amount > 0]
    ratio = table.tip_amount / table.fare_amount
    counts, _ = da.histogram(ratio.to_dask_array(), bins=200, range=[0.01, 2])
    counts, mean = dask.compute(counts, ratio.mean(), scheduler="processes", num_workers=processes)
    return counts, mean


if __name__ == "__main__":
    begin = time.perf_counter()
    if form == "dask":
        counts, mean = of_dask()
    else:
        with multiprocessing.Pool(processes) as pool:
            parts = pool.map(part, range(processes), chunksize=1)
        counts = sum(p[0] for p in parts)
        mean = sum(p[1] for p in parts) / sum(p[2] for p in parts)
    seconds = time.perf_counter() - begin
    print(counts.sum(), mean)
    print(seconds)
