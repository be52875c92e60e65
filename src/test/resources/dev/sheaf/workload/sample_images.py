"""What `sheaf sample images` writes, by other means: SplitMix64 in Python's integers, Pillow's
resize, libjpeg-turbo's cjpeg. Prints the SHA-256 of the first COUNT files, one behind the other.

    python3 sample_images.py hubble_deep_field.jpg COUNT [SEED]
"""

import hashlib
import subprocess
import sys

import numpy as np
from PIL import Image

STAMP = 424
MASK = (1 << 64) - 1
GAMMA = 0x9E3779B97F4A7C15


def mix(z):
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 & MASK
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB & MASK
    return z ^ (z >> 31)


def draws(seed, item):
    state = mix(mix(seed + GAMMA & MASK) + (item + 1) * GAMMA & MASK)
    while True:
        state = state + GAMMA & MASK
        yield mix(state)


def jpeg(field, seed, item):
    draw = draws(seed, item)
    side = np.float32(STAMP * (0.8 + (1.2 - 0.8) * ((next(draw) >> 11) * 2.0**-53)))
    left = np.float32(float(np.float32(field.width) - side) * ((next(draw) >> 11) * 2.0**-53))
    top = np.float32(float(np.float32(field.height) - side) * ((next(draw) >> 11) * 2.0**-53))
    stamp = field.resize((STAMP, STAMP), Image.BILINEAR, (left, top, left + side, top + side))
    if next(draw) >> 63:
        stamp = stamp.transpose(Image.FLIP_LEFT_RIGHT)
    if next(draw) >> 63:
        stamp = stamp.transpose(Image.FLIP_TOP_BOTTOM)
    ppm = b"P6\n%d %d\n255\n" % stamp.size + stamp.tobytes()
    command = ["cjpeg", "-quality", "90", "-sample", "2x2"]
    data = bytearray(subprocess.run(command, input=ppm, stdout=subprocess.PIPE, check=True).stdout)
    data[12] = 2  # JFIF 1.02, as the JDK's encoder writes
    return data


field = Image.open(sys.argv[1])
seed = int(sys.argv[3]) if len(sys.argv) > 3 else 0
digest = hashlib.sha256()
for item in range(int(sys.argv[2])):
    digest.update(jpeg(field, seed, item))
print(digest.hexdigest())
