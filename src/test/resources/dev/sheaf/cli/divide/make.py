"""Makes the arrays of DivideCommandTest: operands, and NumPy's quotients with its NaNs made the same."""

import numpy as np

shape = (3, 5)
numbers = np.array([7, -3, 0, 1, 100, 2, 5, 11, -128, 127, 0, 1, 3, 9, 64])
specials = np.array([0.0, -0.0, np.inf, -np.inf, np.nan, 1, -1, 3, 1e-5, 6.5e4, 0.1, 7, 49, 1e-7, -2])
other = np.array([0.0, 3, -np.inf, 0, 1, 0, -0.0, 7, 3e3, 1e-3, 3, 49, 7, 10, np.nan])
random = np.random.default_rng(5)


def save(name, array):
    np.save(name + ".npy", array)


save("a-i1", numbers.astype("i1").reshape(shape))
save("a-i4", numbers.astype(">i4").reshape(shape))
save("b-i2", numbers[::-1].astype("i2").reshape(shape))
save("a-u8", np.array([2**64 - 1, 2**63, 2**63 + 1025, 1, 0] * 3, "u8").reshape(shape))
save("a-b1", (numbers > 1).reshape(shape))
for code in ("f2", "f4", ">f8"):
    name = code.strip("<>")
    save("a-" + name if name != "f8" else "big-f8", specials.astype(code).reshape(shape))
    save("b-" + name if name != "f8" else "b-f8", other.astype(code).reshape(shape))
save("a-f8", specials.reshape(shape))
save("column-f8", np.array([[2.0], [0], [-3]]))
save("row-i8", np.array([1, 2, 3, 0, 5]))
save("scalar-f8", np.array(0.3))
save("four-f8", np.arange(4.0))
save("empty-f8", np.empty((0, 5)))
save("cube-f8", random.normal(size=(2, 3, 1, 5)))
save("plane-f8", random.normal(size=(3, 4, 1)))

pairs = [(a, b) for a in ("i1", "i4", "u8", "b1", "f2", "f4", "f8") for b in ("i2", "f2", "f4", "f8")]
pairs = [("a-" + a, "b-" + b) for a, b in pairs]
pairs += [("big-f8", "b-f8"), ("a-f8", "column-f8"), ("column-f8", "a-f8"), ("a-f8", "row-i8"), ("row-i8", "column-f8"),
          ("scalar-f8", "a-f8"), ("a-f4", "scalar-f8"), ("scalar-f8", "scalar-f8"), ("empty-f8", "row-i8"),
          ("cube-f8", "plane-f8"), ("plane-f8", "cube-f8"), ("b-f8", "cube-f8")]
with open("cases.txt", "w") as cases, np.errstate(all="ignore"):
    for n, (a, b) in enumerate(pairs):
        left, right = np.load(a + ".npy"), np.load(b + ".npy")
        # Without NumPy's value-based rules for arrays of no dimension, which version 2 has dropped.
        kind = np.result_type(left.dtype, right.dtype)
        if left.shape == () or right.shape == ():
            left, right = left.astype(kind), right.astype(kind)
        quotient = np.asarray(np.true_divide(left, right))
        quotient = np.where(np.isnan(quotient), np.array(np.nan, quotient.dtype), quotient)
        np.save(f"q{n}.npy", quotient.astype(quotient.dtype.newbyteorder("<")))
        cases.write(f"{a}.npy {b}.npy q{n}.npy\n")
