"""The mpi4py peer of java/dev/sheaf/bench/PingPong.java: the same messages, batches and output."""

import numpy as np
from mpi4py import MPI

BATCHES = 21
world = MPI.COMM_WORLD
rank = world.rank


def pingpong(send, recv, rounds):
    other = 1 - rank
    for _ in range(rounds):
        if rank == 0:
            world.Send(send, other, 0)
            world.Recv(send, other, 0)
        else:
            world.Recv(send, other, 0)
            world.Send(send, other, 0)


def bcast(send, recv, rounds):
    for i in range(rounds):
        world.Bcast(send, i % 2)


def allreduce(send, recv, rounds):
    for _ in range(rounds):
        world.Allreduce(send, recv, MPI.SUM)


def barrier(send, recv, rounds):
    for _ in range(rounds):
        world.Barrier()


def measure(operation, size, messages):
    rounds = max(5, min(1000, (32 << 20) // max(size, 1)))
    warm_ups = 20 if size <= 8 else 4
    send = [np.zeros(size // 8), MPI.DOUBLE]
    recv = [np.zeros(size // 8), MPI.DOUBLE]
    micros = []
    for batch in range(-warm_ups, BATCHES):
        world.Barrier()
        start = MPI.Wtime()
        operation(send, recv, rounds)
        if batch >= 0:
            micros.append((MPI.Wtime() - start) * 1e6 / (messages * rounds))
    world.Barrier()
    micros.sort()
    if rank == 0:
        median, best, p90 = micros[BATCHES // 2], micros[0], micros[BATCHES * 9 // 10]
        print(f"mpi4py {operation.__name__} {size} {median:.3f} {best:.3f} {p90:.3f}", flush=True)


for length in (8, 64 << 10, 1 << 20, 16 << 20):
    measure(pingpong, length, 2)
for length in (8, 1 << 20):
    measure(bcast, length, 1)
    measure(allreduce, length, 1)
measure(barrier, 0, 1)
