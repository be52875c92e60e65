"""Decision trees by scikit-learn on random parts of a CSV table taken many times, on processes.

Prints the seconds from the rows in memory to the last tree.

    forest.py TABLE.csv REPLICATE TREES PROCESSES [weights]
    forest.py make TABLE.csv ROWS

weights: equal rows folded into one with a weight beforehand (the same trees). make: writes a table of
8 columns of numbers that are all different, and of the class of each row, 10 % of them at random.
"""
import multiprocessing
import sys
import time

import numpy as np
from sklearn.tree import DecisionTreeClassifier

if sys.argv[1] == "make":
    generator = np.random.default_rng(1)
    columns = generator.standard_normal((int(sys.argv[3]), 8))
    classes = (columns[:, 0] + columns[:, 1] * columns[:, 2] > 0).astype(int) + (columns[:, 3] > 1)
    noise = generator.random(len(classes)) < 0.1
    classes[noise] = generator.integers(0, 3, noise.sum())
    with open(sys.argv[2], "w") as file:
        file.write("a,b,c,d,e,f,g,h,species\n")
        for row, label in zip(columns.tolist(), classes.tolist()):
            file.write(",".join(map(repr, row)) + f",class {label}\n")
    sys.exit()

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
