"""Makes the images and filters beside it, and convolved.tsv: what SciPy's convolve2d gives of them.

    /usr/bin/python3 make.py        (SciPy 1.10.1, NumPy 1.24.2, Pillow 9.4.0, on x86-64)

A line has image, filters, mode, stride, the output's shape and the SHA-256 of its bytes.
"""

import hashlib
import os

import numpy as np
import scipy.signal
from PIL import Image

os.chdir(os.path.dirname(os.path.abspath(__file__)))
random = np.random.default_rng(4)




normal = random.normal(size=(23, 41)) * np.exp(random.normal(size=(23, 41)) * 8)
special = random.normal(size=(9, 14))
special[2, 3], special[5, 9], special[6, 1], special[8, 13] = np.inf, -np.inf, np.nan, -0.0
images = {
    "float64": normal,
    "float64-big": normal.astype(">f8"),
    "float32": normal.astype("f4"),
    "float16": (random.normal(size=(7, 30)) * 100).astype("f2"),
    "uint8": random.integers(0, 256, (31, 18)).astype("u1"),
    "bool": random.integers(0, 2, (12, 5)).astype(bool),
    "int16-big": random.integers(-32768, 32768, (6, 9)).astype(">i2"),
    "int64": random.integers(-(2**63), 2**63, (8, 8)),
    "uint64": random.integers(0, 2**64, (8, 8), dtype="u8"),
    "one": random.normal(size=(1, 1)),
    "row": random.normal(size=(1, 3000)).astype("f2"),
    "column": random.normal(size=(2600, 1)).astype("f2"),
    "special": special,
}
filters = {
    "4x4": random.normal(size=(4, 4, 4)),
    "3x3": random.normal(size=(1, 3, 3)),
    "1x1": random.normal(size=(2, 1, 1)),
    "2x7": random.normal(size=(3, 2, 7)),
    "5x2": random.normal(size=(9, 5, 2)),
    "12x11": random.normal(size=(2, 12, 11)),
    "one-3x4": random.normal(size=(3, 4)),
    "infinite": np.array([[[np.inf, 1.0, -1.0], [0.0, -0.0, 2.0]]]),
}
for name, array in images.items():
    np.save(name, array)
for name, array in filters.items():
    np.save("filters-" + name, array)
for picture in ("rgb.jpg", "grey.png", "palette.png"):
    images["../../image/" + picture] = np.array(Image.open("../../image/" + picture).convert("L"))

with open("convolved.tsv", "w") as table:
    for image, pixels in images.items():
        for name, bank in filters.items():
            if image not in ("float64", "special") and name not in ("4x4", "5x2", "one-3x4"):
                continue
            bank = bank.reshape(-1, *bank.shape[-2:])
            for mode in ("full", "same", "valid"):
                if mode == "valid" and any(np.array(pixels.shape) < bank.shape[1:]):
                    continue
                for stride in (1, 2, 5) if image == "float64" else (2,):
                    with np.errstate(all="ignore"):
                        out = np.array(
                            [scipy.signal.convolve2d(pixels, f, mode)[::stride, ::stride] for f in bank]
                        )
                    assert out.dtype == np.float64
                    out[np.isnan(out)] = np.nan
                    digest = hashlib.sha256(out.tobytes()).hexdigest()
                    file = image if "/" in image else image + ".npy"
                    print(file, f"filters-{name}.npy", mode, stride, out.shape, digest, sep="\t", file=table)
