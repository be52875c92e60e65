"""Makes the test arrays beside it, and stats.tsv: a file and what sheaf stats has to print of it.

min and max are NumPy's nanmin(array) and nanmax(array). mean and std are its nanmean(x) and
nanstd(x) to 12 digits, of x = array.astype(longdouble): of the array as it is, NumPy sums float16
and float32 up in the same type and integers in float64, which loses digits. Each is checked here
against the exact rational value, which stands in the table where longdouble loses digits too. Where
float64 overflows, NumPy's float64 results are taken.

Run with Debian 12's python3-numpy (NumPy 1.24) on x86-64, whose longdouble has 64 bits of mantissa:
    python3 make.py
"""

import decimal
import os
import warnings
from fractions import Fraction

import numpy as np

os.chdir(os.path.dirname(os.path.abspath(__file__)))
warnings.simplefilter("ignore")  # of means of nothing and of infinities
assert np.finfo(np.longdouble).nmant >= 63
random = np.random.default_rng(3)
table = []


def twelve(x):
    """To 12 digits, half to even, as printf's %.12g."""
    return decimal.Context(prec=12).create_decimal(x).normalize()


def digits(x):
    if not np.isfinite(x):
        return str(x)
    return str(twelve(decimal.Decimal(np.format_float_scientific(x, precision=30, unique=False))))


def exact(values):
    """Mean and standard deviation, from rational numbers."""
    decimal.getcontext().prec = 60
    fractions = [Fraction(v) for v in values]
    mean = sum(fractions) / len(fractions)
    variance = sum((f - mean) ** 2 for f in fractions) / len(fractions)
    mean, variance = (decimal.Decimal(f.numerator) / f.denominator for f in (mean, variance))
    return str(twelve(mean)), str(twelve(variance.sqrt()))


def case(name, array, wide=np.longdouble, loses_digits=False):
    np.save(name + ".npy", array)
    x = array.astype(wide)
    count = int(np.count_nonzero(~np.isnan(x)))
    mean, std = digits(np.nanmean(x)), digits(np.nanstd(x))
    least, greatest = ("nan", "nan")
    if count > 0:
        least, greatest = (str(f(array).item()) for f in (np.nanmin, np.nanmax))
        if array.dtype.kind == "b":
            least, greatest = (str(int(w == "True")) for w in (least, greatest))
    if wide == np.longdouble and count > 0 and not np.isinf(x).any():
        rational = exact([v.item() for v in array.ravel() if v == v])
        assert ((mean, std) == rational) != loses_digits, (name, mean, std, rational)
        mean, std = rational
    line = (name + ".npy", mean, std, least, greatest, str(count), str(array.size - count))
    table.append("\t".join(line) + "\n")


# Every type; those of several bytes in both byte orders and both orders of indices.
for kind in ("b1", "i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "f2", "f4", "f8"):
    dtype = np.dtype(kind)
    shape = (3, 4, 5)
    if dtype.kind == "b":
        array = random.integers(0, 2, shape).astype(bool)
    elif dtype.kind == "f":
        array = (random.normal(size=shape) * 10.0 ** random.integers(-3, 4, shape)).astype(dtype)
        array[1, 2, 3] = array[2, 0, 0] = np.nan
    else:
        limits = np.iinfo(dtype)
        array = random.integers(limits.min, limits.max, shape, dtype, endpoint=True)
        array[0, 0, 0], array[2, 3, 4] = limits.min, limits.max
    if dtype.itemsize == 1:
        case(dtype.name, array)
        case(dtype.name + "-fortran", np.asfortranarray(array[1]))
    else:
        case(dtype.name + "-little", array.astype(dtype.newbyteorder("<")))
        case(dtype.name + "-big-fortran", np.asfortranarray(array[1:].astype(dtype.newbyteorder(">"))))

# Sums beyond 64 bits.
case("int64-largest", np.full(7, 2**63 - 1, "<i8"), loses_digits=True)
case("int64-smallest", np.full((2, 3), -(2**63), ">i8"))
case("int64-extremes", np.array([2**63 - 1, -(2**63), -1, 2**63 - 1], "<i8"))
case("uint64-extremes", np.array([2**64 - 1] * 5 + [0], ">u8"))
case("uint64-close", np.array([2**64 - 1, 2**64 - 3, 2**64 - 8], "<u8"))

# What NumPy's own accumulation spoils.
case("float16-large", np.full(9, 65504, "<f2"))
case("float32-tenths", np.full((20, 30), 0.1, "<f4"))
case("float32-largest", np.array([3e38, 3e38, -1e38, 3.4e38], ">f4"))
case("float32-offset", (16777216 + random.integers(0, 40, 100)).astype("<f4"))
case("float64-offset", 1e16 + random.normal(size=100) * 1000)
case("float64-outlier", np.append(random.normal(size=50), 1e15))
case("float64-small", np.array([1e-5, -3e-100, 1e-310]))

# Half to even: 1234567890.125 and 1234567890.375.
case("tie-down", np.array([1234567890, 1234567890.25]))
case("tie-up", np.array([1234567890.25, 1234567890.5]))

# Shapes.
case("scalar", np.array(-2.5))
case("scalar-int", np.array(3, "<i2"))
case("empty", np.zeros(0))
case("empty-int", np.zeros((3, 0, 2), "u1"))
case("one", np.array([7], "<u4"))
case("one-dimension", random.normal(size=31))

# What is not finite.
case("nan", np.array([np.nan], "<f4"))
case("nans", np.full((2, 2), -np.nan, ">f8"))
case("nans-first", np.array([np.nan] * 5 + [1, 2, 4]))
case("infinity", np.array([1, np.inf, np.nan]))
case("minus-infinity", np.array([-np.inf, 5, -np.inf], "<f2"))
case("infinities", np.array([-np.inf, np.inf, np.nan], ">f4"))
case("overflow", np.array([1e308, 1e308, -1e300]), np.float64)
case("overflow-squares", np.array([1e200, -1e200, 3e200]), np.float64)

with open("stats.tsv", "w") as f:
    f.write("".join(table))
