"""Makes the test images beside it, and pixels.tsv: a file, its width and height, and the SHA-256 of
its RGB pixels, row by row, as djpeg (JPEG) and Pillow's convert("RGB") (others) decode them.

Run with Debian 12's python3-pil (Pillow 9.4), python3-numpy and libjpeg-turbo-progs (2.1.5):
    python3 make.py
"""

import hashlib
import os
import struct
import subprocess
import zlib

import numpy as np
from PIL import Image

os.chdir(os.path.dirname(os.path.abspath(__file__)))
W, H = 61, 43
yy, xx = np.mgrid[0:H, 0:W]
noise = np.random.default_rng(1).integers(-30, 30, (H, W, 3))
rgb = np.stack([4 * xx, 255 - 5 * yy, (xx * yy) % 256], -1) + noise
rgb = np.clip(rgb, 0, 255).astype(np.uint8)
ppm = b"P6\n%d %d\n255\n" % (W, H) + rgb.tobytes()


def write(name, data):
    with open(name, "wb") as f:
        f.write(data)


def cjpeg(name, *options):
    write(name, subprocess.run(["cjpeg", *options], input=ppm, stdout=subprocess.PIPE, check=True).stdout)


def without_jfif(jpeg):
    assert jpeg[2:4] == b"\xff\xe0"
    return jpeg[:2] + jpeg[4 + struct.unpack(">H", jpeg[4:6])[0]:]


cjpeg("444.jpg", "-quality", "90", "-sample", "1x1")
cjpeg("422.jpg", "-quality", "90", "-sample", "2x1")
cjpeg("420.jpg", "-quality", "90", "-sample", "2x2")
cjpeg("440.jpg", "-quality", "90", "-sample", "1x2")
cjpeg("411.jpg", "-quality", "90", "-sample", "4x1")
cjpeg("grey.jpg", "-quality", "75", "-grayscale")
cjpeg("progressive.jpg", "-quality", "80", "-progressive")
cjpeg("restart.jpg", "-quality", "80", "-restart", "2", "-optimize")
cjpeg("rgb.jpg", "-quality", "90", "-rgb")
cjpeg("arithmetic.jpg", "-quality", "80", "-arithmetic")
write("no-jfif-444.jpg", without_jfif(open("444.jpg", "rb").read()))
write("trailing.jpg", open("420.jpg", "rb").read() + b"bytes after the end")

image = Image.fromarray(rgb)
image.convert("CMYK").save("cmyk.jpg", quality=80)

alpha = Image.fromarray(np.uint8(xx * 4))
grey = image.convert("L")
image.save("rgb.png")
Image.merge("RGBA", (*image.split(), alpha)).save("rgba.png")
grey.save("grey.png")
Image.merge("LA", (grey, alpha)).save("grey-alpha.png")
image.convert("1").save("bilevel.png")
image.quantize(200).save("palette.png", transparency=3)
image.quantize(13).save("palette-4.png", bits=4)
image.quantize(64).save("palette.gif")
image.save("rgb.bmp")
image.quantize(64).save("palette.bmp")
image.save("rgb.tif")
image.save("deflate.tif", compression="tiff_adobe_deflate")
grey.save("grey.tif")


def png(name, depth, colour, rows, interlaced=0):
    """Writes the PNGs that Pillow cannot."""

    def chunk(tag, data):
        return struct.pack(">I", len(data)) + tag + data + struct.pack(">I", zlib.crc32(tag + data))

    header = struct.pack(">IIBBBBB", W, H, depth, colour, 0, 0, interlaced)
    write(name, b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header)
          + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b""))


def lines(samples):
    return b"".join(b"\0" + row.tobytes() for row in samples)


low = np.random.default_rng(2).integers(0, 256, rgb.shape)
png("rgb-16.png", 16, 2, lines((rgb * 256 + low).astype(">u2")))
png("grey-16.png", 16, 0, lines((rgb[..., 0] * 256 + low[..., 0]).astype(">u2")))
adam7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
png("interlaced.png", 8, 2, b"".join(lines(rgb[y::dy, x::dx]) for x, y, dx, dy in adam7), 1)

# Pillow clips 16-bit grey instead of scaling it.
by_definition = {"grey-16.png": np.repeat(rgb[..., :1], 3, -1).tobytes()}
table = []
for name in sorted(os.listdir()):
    if name.endswith(".jpg") and name != "cmyk.jpg":
        pixels = subprocess.run(["djpeg", "-rgb", name], stdout=subprocess.PIPE, check=True).stdout
        pixels = pixels[-3 * W * H:]
    elif name.endswith((".png", ".gif", ".bmp", ".tif")) or name == "cmyk.jpg":
        pixels = by_definition.get(name) or Image.open(name).convert("RGB").tobytes()
    else:
        continue
    table.append("%s\t%d\t%d\t%s\n" % (name, W, H, hashlib.sha256(pixels).hexdigest()))
write("pixels.tsv", "".join(table).encode())

# rgb.png resized by Pillow: the box, the new width and height, SHA-256.
table = []
for box, width, height in (
    ((0, 0, W, H), W, H),
    ((0, 0, W, H), 30, 21),
    ((0, 0, W, H), 200, 100),
    ((0, 0, W, H), 7, 90),
    ((0, 0, W, H), 1, 1),
    ((0, 0, W, H), W - 1, H),
    ((3.3, 1.7, 50.7, 40.1), 64, 48),
    ((10, 20, 40, 43), 30, 46),
):
    pixels = image.resize((width, height), Image.BILINEAR, box).tobytes()
    digest = hashlib.sha256(pixels).hexdigest()
    table.append("%s\t%d\t%d\t%s\n" % ("\t".join(map(str, box)), width, height, digest))
write("resized.tsv", "".join(table).encode())
