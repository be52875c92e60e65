"""Decision trees by scikit-learn on random parts of a CSV table taken many times, on processes.

Prints the seconds from the rows in memory to the last tree.

    forest.py TABLE.csv REPLICATE TREES PROCESSES [weights]

weights: equal rows folded into one with a weight beforehand (the same trees).
"""
import multiprocessing
import sys
import time

import numpy as np
from sklearn.tree import DecisionTreeClassifier

table, replicate, trees, processes = sys.argv[1], *map(int, sys.argv[2:5])
weights = sys.argv[5:] == ["weights"]
raw = np.genfromtxt(table, delimiter=",", dtype=str, skip_header=1)
x0, y0 = raw[:, :-1].astype(float), np.unique(raw[:, -1], return_inverse=True)[1]
n = len(x0) * replicate
if not weights:
    x, y = np.tile(x0, (replicate, 1)), np.tile(y0, replicate)


def train(tree):
    rows = np.random.default_rng(tree).permutation(n)[: int(n * 0.8)]
    if weights:
        counts = np.bincount(rows % len(x0), minlength=len(x0)).astype(float)
        return DecisionTreeClassifier(random_state=0).fit(x0, y0, sample_weight=counts)
    return DecisionTreeClassifier(random_state=0).fit(x[rows], y[rows])


if __name__ == "__main__":
    begin = time.perf_counter()
    with multiprocessing.Pool(processes) as pool:
        grown = pool.map(train, range(trees), chunksize=1)
    assert all((tree.predict(x0) == y0).mean() > 0.95 for tree in grown[:3])
    print(time.perf_counter() - begin)
