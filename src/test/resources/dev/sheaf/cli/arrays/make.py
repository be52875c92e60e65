"""Makes the test arrays beside it; slices.tsv: a slice and what sheaf stats has to print of it, to
12 digits; and axis-A-NAME.npy: what it has to write of cube.npy with --axis A.

Run with Debian 12's python3-numpy (NumPy 1.24):
    python3 make.py
"""

import os

import numpy as np

os.chdir(os.path.dirname(os.path.abspath(__file__)))
cube = (np.arange(31 * 20 * 7) * 7919 % 10007 / 16 - 300).reshape(31, 20, 7)
cube[4, 5, 6] = cube[0, 0, 0] = np.nan
whole = (np.arange(12 * 5) * 7919 % 251).astype(np.uint8).reshape(12, 5)
np.save("cube.npy", cube)
np.save("cube-fortran.npy", np.asfortranarray(cube))
np.save("head.npy", cube[:11])
np.save("tail.npy", cube[11:])
np.savez("stored.npz", cube=cube, whole=whole)
np.savez_compressed("packed.npz", cube=cube, whole=whole)
np.savez_compressed("one.npz", whole)

SLICES = """0:50,::3
::-7,:,-1
...,2:5
3
3:5,4:6,5:7
30:-25:-4,10::-1,::4
:, 0, -1:
-1,...,-1
4,5:9,6
100:-100:-1
"""
with open("slices.tsv", "w") as table:
    for line in SLICES.splitlines():
        x = eval("cube[" + line + "]")
        values = [np.nanmean(x), np.nanstd(x), np.nanmin(x), np.nanmax(x)]
        values += [np.count_nonzero(~np.isnan(x)), np.count_nonzero(np.isnan(x))]
        values += list(np.nanquantile(x, [0.1, 0.75]))
        table.write("\t".join([line] + ["%.12g" % v for v in values]) + "\n")

for axis in range(3):
    results = {
        "mean": np.nanmean(cube, axis),
        "std": np.nanstd(cube, axis),
        "min": np.nanmin(cube, axis),
        "max": np.nanmax(cube, axis),
        "count": np.count_nonzero(~np.isnan(cube), axis),
        "nan": np.count_nonzero(np.isnan(cube), axis),
    }
    for name, result in results.items():
        np.save("axis-%d-%s.npy" % (axis, name), result)
