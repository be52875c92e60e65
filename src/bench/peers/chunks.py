"""Mean, std and extremes of a Zarr array on two cores, chunk by chunk, as users of Zarr and dask write it.

    python3 chunks.py make DIRECTORY
    python3 chunks.py pool|dask PROCESSES ARRAY

make: 20,000 x 5,000 float64 as Zarr writes them by itself (Blosc: LZ4, shuffled), 1,000 x 1,000 a chunk, and 400
hours of a field of 721 x 1,440 float32 to two decimals in Zstd, an hour a chunk. pool: a pool of processes,
each with some of the chunks. dask: dask.array in so many threads. Prints mean, std and extremes, then the
seconds from before the pool is made to the end.
"""

import itertools
import multiprocessing
import sys
import time

import numcodecs
import numpy as np
import zarr


def make(directory):
    random = np.random.default_rng(1)
    z = zarr.open(f"{directory}/normal.zarr", "w", shape=(20_000, 5_000), chunks=(1_000, 1_000), dtype="<f8")
    for i in range(0, 20_000, 1_000):
        z[i : i + 1_000] = random.normal(size=(1_000, 5_000)).round(3)
    zstd = numcodecs.Zstd(3)
    shape = (400, 721, 1_440)
    z = zarr.open(f"{directory}/field.zarr", "w", shape=shape, chunks=(1, 721, 1_440), dtype="<f4", compressor=zstd)
    y, x = np.mgrid[0:721, 0:1_440] / 90
    for hour in range(400):
        field = 280 + 20 * np.sin(y + hour / 24) * np.cos(x) + random.normal(size=x.shape) / 4
        z[hour] = field.round(2)


def part(chunk):
    a = array[chunk].astype(np.float64, copy=False)
    return a.size, a.sum(), np.square(a).sum(), a.min(), a.max()


def of_pool(processes):
    ranges = ([slice(i, i + c) for i in range(0, n, c)] for n, c in zip(array.shape, array.chunks))
    with multiprocessing.Pool(processes) as pool:
        parts = pool.map(part, list(itertools.product(*ranges)))
    count, total, squares = (sum(p[i] for p in parts) for i in range(3))
    mean = total / count
    return mean, np.sqrt(squares / count - mean**2), min(p[3] for p in parts), max(p[4] for p in parts)


def of_dask(workers):
    import dask
    import dask.array

    a = dask.array.from_zarr(array).astype(np.float64)
    with dask.config.set(scheduler="threads", num_workers=workers):
        return dask.compute(a.mean(), a.std(), a.min(), a.max())


if __name__ == "__main__":
    if sys.argv[1] == "make":
        make(sys.argv[2])
        sys.exit()
    form, workers, name = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    # One thread of Blosc a worker, or they take the cores from each other.
    numcodecs.blosc.use_threads = False
    array = zarr.open(name, "r")
    begin = time.perf_counter()
    results = of_pool(workers) if form == "pool" else of_dask(workers)
    seconds = time.perf_counter() - begin
    print(*results)
    print(seconds)
