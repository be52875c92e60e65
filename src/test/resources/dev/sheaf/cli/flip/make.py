"""Makes the images beside it, and turned.tsv: for each of them, and for some of the images in
../../image, and each way to turn it: the SHA-256 of the RGB pixels as Pillow's transpose() turns
them; and, for the JPEGs here, of the file that `jpegtran -copy all -perfect` makes of it.

Run with Debian 12's python3-pil (Pillow 9.4), python3-numpy and libjpeg-turbo-progs (2.1.5):
    python3 make.py
"""

import hashlib
import os
import subprocess

import numpy as np
from PIL import Image

os.chdir(os.path.dirname(os.path.abspath(__file__)))
# Multiples of the blocks of 4:2:0, 16x16 pixels.
W, H = 64, 48
y, x = np.mgrid[0:H, 0:W]
rgb = np.stack([4 * x, 255 - 5 * y, 128 + 100 * np.sin(x * y / 200)], -1).astype(np.uint8)
ppm = b"P6\n%d %d\n255\n" % (W, H) + rgb.tobytes()


def cjpeg(name, *options):
    with open(name, "wb") as f:
        subprocess.run(["cjpeg", "-quality", "90", *options], input=ppm, stdout=f, check=True)


cjpeg("colour.jpg", "-sample", "2x2")
cjpeg("progressive.jpg", "-sample", "2x2", "-progressive")
cjpeg("grey.jpg", "-grayscale")

WAYS = {
    "180": (Image.Transpose.ROTATE_180, ["-rotate", "180"]),
    "90": (Image.Transpose.ROTATE_90, ["-rotate", "270"]),  # jpegtran's angles are clockwise
    "270": (Image.Transpose.ROTATE_270, ["-rotate", "90"]),
    "horizontal": (Image.Transpose.FLIP_LEFT_RIGHT, ["-flip", "horizontal"]),
    "vertical": (Image.Transpose.FLIP_TOP_BOTTOM, ["-flip", "vertical"]),
}
OTHERS = "420.jpg grey.jpg rgb.jpg arithmetic.jpg trailing.jpg rgb.png grey.png rgba.png palette.gif rgb.tif".split()

lines = []
for name in ["colour.jpg", "progressive.jpg", "grey.jpg"] + ["../../image/" + other for other in OTHERS]:
    for way, (method, options) in WAYS.items():
        turned = Image.open(name).convert("RGB").transpose(method)
        file = "-"
        if "/" not in name:
            command = ["jpegtran", "-copy", "all", "-perfect", *options, name]
            file = hashlib.sha256(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout).hexdigest()
        lines.append("%s\t%s\t%s\t%s\n" % (name, way, hashlib.sha256(turned.tobytes()).hexdigest(), file))
with open("turned.tsv", "w") as f:
    f.writelines(lines)
