"""Monte Carlo pi with NumPy on 2 processes, in the forms that its users would try for speed.

usage: pi.py FORM GENERATOR CHUNK SEEDS TRIALS   prints the seconds and the estimate
       pi.py fastest N TRIALS                    tries all; prints the words of the N fastest

Forms, all in place and in chunks that stay in cache: `double`: two doubles of 53 bits a trial.
`float`: two floats of 24 bits. `bits`: one draw of 64 bits, its halves turned into floats.

The processes are made and NumPy is imported before the clock starts.
"""

import multiprocessing
import sys
import time

import numpy

PROCESSES = 2


def floats(generator, trials, chunk, dtype):
    random = numpy.random.Generator(generator)
    draws = numpy.empty(2 * chunk, dtype)
    radius = numpy.empty(chunk, dtype)
    below = numpy.empty(chunk, bool)
    inside = 0
    while trials > 0:
        n = min(chunk, trials)
        u = random.random(out=draws[: 2 * n], dtype=dtype)
        numpy.multiply(u, u, out=u)
        numpy.add(u[:n], u[n:], out=radius[:n])
        numpy.less(radius[:n], 1, out=below[:n])
        inside += int(numpy.count_nonzero(below[:n]))
        trials -= n
    return inside


def bits(generator, trials, chunk):
    random = numpy.random.Generator(generator)
    squares = numpy.empty(2 * chunk, numpy.float32)
    radius = numpy.empty(chunk, numpy.float32)
    below = numpy.empty(chunk, bool)
    inside = 0
    while trials > 0:
        n = min(chunk, trials)
        u = squares[: 2 * n]
        u[:] = numpy.frombuffer(random.bytes(8 * n), numpy.uint32)
        numpy.multiply(u, u, out=u)
        numpy.add(u[:n], u[n:], out=radius[:n])
        numpy.less(radius[:n], numpy.float32(2**64), out=below[:n])
        inside += int(numpy.count_nonzero(below[:n]))
        trials -= n
    return inside


def count(form, name, chunk, seed, trials):
    generator = getattr(numpy.random, name)(seed)
    if form == "bits":
        return bits(generator, trials, chunk)
    dtype = {"double": numpy.float64, "float": numpy.float32}[form]
    return floats(generator, trials, chunk, dtype)


def run(pool, form, name, chunk, seeds, trials):
    begin = time.perf_counter()
    work = [(form, name, chunk, seed, trials) for seed in range(seeds)]
    inside = sum(pool.starmap(count, work, chunksize=1))
    return time.perf_counter() - begin, 4 * inside / (seeds * trials)


if __name__ == "__main__":
    words = sys.argv[1:]
    with multiprocessing.Pool(PROCESSES) as pool:
        run(pool, "double", "PCG64", 1024, PROCESSES, 100_000)
        if words[0] == "fastest":
            rates = {}
            for form in ("double", "float", "bits"):
                for name in ("PCG64", "PCG64DXSM", "SFC64", "MT19937"):
                    for chunk in (4096, 16384, 65536):
                        way = (form, name, chunk)
                        job = (*way, PROCESSES, int(words[2]))
                        rates[way] = -min(run(pool, *job)[0] for _ in range(3))
            for way in sorted(rates, key=rates.get, reverse=True)[: int(words[1])]:
                print(*way)
        else:
            form, name = words[:2]
            seconds, estimate = run(pool, form, name, *map(int, words[2:]))
            print(seconds, estimate)
