"""The strongest Python we know for `sheaf load`: processes that decode with OpenCV, each straight
into its slots of one memory-mapped .npy file. No image is pickled.

    python3 load.py multiprocessing|mpi4py PROCESSES DIRECTORY COUNT OUTPUT.npy

Decodes DIRECTORY/0.jpg ... into OUTPUT.npy and prints the seconds from the start of the work (pool
included, imports not) to its end. mpi4py: under mpirun, PROCESSES is ignored.
"""

import sys
import time

import cv2
import numpy as np

mode, processes, directory, count, output = sys.argv[1], int(sys.argv[2]), sys.argv[3], int(sys.argv[4]), sys.argv[5]
cv2.setNumThreads(1)
array = None


def read(item):
    image = cv2.imread(f"{directory}/{item}.jpg")
    return cv2.cvtColor(image, cv2.COLOR_BGR2RGB, dst=image)


def create():
    shape = (count, *read(0).shape)
    np.lib.format.open_memmap(output, mode="w+", dtype=np.uint8, shape=shape)


def attach():
    global array
    array = np.load(output, mmap_mode="r+")


def put(item):
    array[item] = read(item)


if __name__ == "__main__":
    if mode == "mpi4py":
        from mpi4py import MPI

        comm = MPI.COMM_WORLD
        comm.Barrier()
        begin = time.perf_counter()
        if comm.rank == 0:
            create()
        comm.Barrier()
        attach()
        for item in range(count * comm.rank // comm.size, count * (comm.rank + 1) // comm.size):
            put(item)
        comm.Barrier()
        if comm.rank == 0:
            print(time.perf_counter() - begin)
    else:
        import multiprocessing

        begin = time.perf_counter()
        create()
        with multiprocessing.Pool(processes, initializer=attach) as pool:
            pool.map(put, range(count), chunksize=16)
        print(time.perf_counter() - begin)
