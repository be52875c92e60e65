"""Makes the Zarr v2 arrays (v2-*.zarr) and the Blosc buffers (blosc.bin) beside it; Make.java makes
the Zarr v3 arrays. The arrays hold `cube` of ../cli/arrays/make.py where nothing else is said.

Run with Debian 12's python3-zarr (Zarr 2.13.6), python3-numcodecs (0.11.0, C-Blosc 1.21.3) and
python3-numpy (NumPy 1.24.2):
    python3 make.py

blosc.bin is a sequence of cases. A case is an int32, the length of its name; the name in ASCII; an
int32, the length of the plain bytes; an int64, the CRC-32 of the plain bytes; an int32, the length
of the packed bytes; and the packed bytes. The integers are little-endian. The name says
CNAME-SHUFFLE-TYPESIZE-ELEMENTS-DATA-cLEVEL, and -bBLOCKSIZE where that was not left to C-Blosc. The
shuffle is 0 for none, 1 for bytes, and 2 for bits. Where C-Blosc splits a block into one stream for
each byte of an element, it multiplies the block size by the element's.
"""

import os
import shutil
import struct
import zlib

import numcodecs
import numcodecs.blosc
import numpy as np
import zarr

os.chdir(os.path.dirname(os.path.abspath(__file__)))
cube = (np.arange(31 * 20 * 7) * 7919 % 10007 / 16 - 300).reshape(31, 20, 7)
cube[4, 5, 6] = cube[0, 0, 0] = np.nan


def store(name):
    shutil.rmtree(name, ignore_errors=True)
    return zarr.DirectoryStore(name)


def check(name, expected):
    found = zarr.open(name, mode="r")[...]
    assert found.dtype.kind == expected.dtype.kind and found.shape == expected.shape, name
    np.testing.assert_array_equal(found, expected, name)


def write(name, x, **options):
    zarr.array(x, store=store(name), **options)
    check(name, x)


write("v2-default.zarr", cube, chunks=(16, 10, 7))
name = "v2-fortran.zarr"
options = dict(order="F", dtype=">f8", compressor=numcodecs.Zlib(), fill_value=np.nan)
target = zarr.create(
    cube.shape,
    store=zarr.DirectoryStore(store(name).path, dimension_separator="/"),
    dimension_separator="/",
    chunks=(20, 8, 4),
    **options
)
target[...] = cube
check(name, cube)
write("v2-lz4.zarr", cube, chunks=(31, 7, 7), compressor=numcodecs.LZ4(), fill_value=np.nan)
write("v2-zstd.zarr", cube, chunks=(9, 20, 7), compressor=numcodecs.Zstd())
write("v2-gzip.zarr", cube, chunks=(10, 9, 7), compressor=numcodecs.GZip())
write("v2-raw.zarr", cube, chunks=(11, 20, 7), compressor=None, fill_value=None)

# Only four of its twelve chunks exist.
name = "v2-sparse.zarr"
sparse = zarr.create(
    (50, 40),
    store=store(name),
    dtype="<i2",
    chunks=(16, 16),
    fill_value=-7,
    write_empty_chunks=False,
)
sparse[3:20, 30:33] = 5
expected = np.full((50, 40), -7, "<i2")
expected[3:20, 30:33] = 5
check(name, expected)

name = "v2-group.zarr"
group = zarr.group(store(name), overwrite=True)
group.attrs["title"] = "two arrays"
height = np.arange(12, dtype="<f4").reshape(3, 4) / 4
width = np.arange(5, dtype="<i4") * 1000 - 2000
group.array("height", height, chunks=(2, 4)).attrs["units"] = "m"
group.create_group("sub").array("width", width, chunks=(3,))
check(name + "/height", height)
check(name + "/sub/width", width)

# What a reader without these filters, compressors and types has to refuse.
few = np.arange(10) / 4
write("v2-delta.zarr", few, chunks=5, filters=[numcodecs.Delta("f8")])
write("v2-bz2.zarr", few, chunks=5, compressor=numcodecs.BZ2())
write("v2-complex.zarr", few + 1j, chunks=5)


def noise(n, seed=12345):
    """Bytes that do not compress, from a linear congruential generator."""
    bytes = bytearray(n)
    for i in range(n):
        seed = (seed * 1103515245 + 12345) % 2**31
        bytes[i] = seed >> 16 & 255
    return np.frombuffer(bytes, np.uint8)


NOISE = noise(150_000)


def data(kind, n, dtype):
    if dtype == "V17":  # bytes, taken seventeen at a time
        return data(kind, n * 17, "u1").view(dtype)
    i = np.arange(n)
    if kind == "rising":
        return ((i * 7919 % 1009) // 16).astype(dtype)
    if kind == "runs":  # runs of 1 to several hundred equal elements
        return (np.sqrt(i).astype(int) // 3 * (i % 1777 > 100) + i % 5 * (i % 1777 < 20)).astype(dtype)
    if kind == "far":  # a match is 9001 elements back
        return np.where(i % 9001 < 300, NOISE[i % 9001 % 300], i // 3000 % 2 * 9).astype(dtype)
    if kind == "farther":  # a match is 50021 elements back
        return np.where(i % 50021 < 300, NOISE[i % 50021 % 300], 77 - i // 7000 % 2).astype(dtype)
    if kind == "half":  # noise in an element's lower two bytes
        return (NOISE[i] * 256 + NOISE[i + 70_000] + i // 256 * 65536).astype(dtype)
    if kind == "patches":  # blocks of noise between blocks of runs
        return np.where(i // 4096 % 4 == 1, NOISE[i], i // 300).astype(dtype)
    if kind == "noise":
        return NOISE[: n * np.dtype(dtype).itemsize].view(dtype)
    raise ValueError(kind)


CASES = []


def case(cname, shuffle, dtype, n, kind, level, blocksize=0):
    CASES.append((cname, shuffle, dtype, n, kind, level, blocksize))


for cname in numcodecs.blosc.list_compressors():
    # C-Blosc only copies a buffer on which Snappy saves little, so that it has fewer long cases.
    snappy = cname == "snappy"
    for shuffle in 0, 1, 2:
        for dtype in "u1", "<u2", "<u4", "<f8":
            case(cname, shuffle, dtype, 1, "rising", 5)
            case(cname, shuffle, dtype, 100, "rising", 0)
            case(cname, shuffle, dtype, 100, "rising", 5)
            case(cname, shuffle, dtype, 1001, "runs", 5)
            case(cname, shuffle, dtype, 1008, "runs", 9)
            if not snappy and dtype != "<f8":
                case(cname, shuffle, dtype, 70_003 if dtype == "u1" else 70_008, "runs", 5, 65536)
        case(cname, shuffle, "u1", 1001, "noise", 5)
        case(cname, shuffle, "<u4", 1000, "rising", 9)
        case(cname, shuffle, "<u4", 500, "half", 5)
        if not snappy:
            case(cname, shuffle, "u1", 70_003, "far", 9, 65536)
            case(cname, shuffle, "<u4", 70_003, "rising", 5, 65536)
            case(cname, shuffle, "<f8", 20_008, "rising", 9)
        for dtype in "S3", "<c16", "V17":
            case(cname, shuffle, dtype, 301, "runs", 5)
            case(cname, shuffle, dtype, 304, "runs", 5)
    if not snappy:
        case(cname, 1, "u1", 120_001, "farther", 9, 131072)
        case(cname, 1, "<f8", 70_003, "runs", 5, 65536)
        case(cname, 2, "u1", 200_008, "runs", 5, 65536)
        case(cname, 1, "V17", 800, "patches", 5, 4096)
    case(cname, 1, "<u2", 70_003, "far", 9, 131072)
case("lz4", 1, "<f8", 1001, "rising", 0)
case("blosclz", 2, "<f8", 1001, "noise", 5)
case("zstd", 1, "<u2", 5001, "noise", 5, 4096)

numcodecs.blosc.use_threads = False
with open("blosc.bin", "wb") as out:
    for cname, shuffle, dtype, n, kind, level, blocksize in CASES:
        plain = data(kind, n, dtype)
        packed = numcodecs.blosc.compress(plain, cname.encode(), level, shuffle, blocksize)
        raw = plain.tobytes()
        assert numcodecs.blosc.decompress(packed) == raw
        name = "%s-%d-%d-%d-%s-c%d" % (cname, shuffle, plain.dtype.itemsize, n, kind, level)
        name = (name + ("-b%d" % blocksize if blocksize else "")).encode()
        out.write(struct.pack("<i", len(name)) + name)
        out.write(struct.pack("<iqi", len(raw), zlib.crc32(raw), len(packed)) + packed)
