"""A line from rank 0 after a first collective, with mpi4py and NumPy: the least a Python rank does."""
from mpi4py import MPI
import numpy as np

comm = MPI.COMM_WORLD
mine = np.arange(4.0) + comm.rank
total = np.empty(4)
comm.Allreduce(mine, total)
if comm.rank == 0:
    print("hello from", comm.size, "ranks", total[0], flush=True)
