"""Makes the test images beside it, of the rarer formats, and arrays.tsv: words of `sheaf load`, a
file, and the SHA-256 of what Pillow, NumPy and astropy make of it, little-endian.

Run with Debian 12's python3-pil (Pillow 9.4), python3-numpy, python3-astropy (5.2) and
libturbojpeg0 (2.1.5):
    python3 make.py
"""

import ctypes
import hashlib
import os
import struct
import zlib

import numpy as np
from astropy.io import fits
from PIL import Image, ImageOps

os.chdir(os.path.dirname(os.path.abspath(__file__)))
W, H = 29, 19
yy, xx = np.mgrid[0:H, 0:W]
random = np.random.default_rng(3)
rgb = np.stack([8 * xx, 255 - 13 * yy, (xx * yy) % 256], -1) + random.integers(-20, 20, (H, W, 3))
rgb = np.clip(rgb, 0, 255).astype(np.uint8)
deep = rgb.astype(np.uint16) * 256 + random.integers(0, 256, rgb.shape).astype(np.uint16)
image = Image.fromarray(rgb)


def write(name, data):
    with open(name, "wb") as f:
        f.write(data)


def chunk(tag, data):
    return struct.pack(">I", len(data)) + tag + data + struct.pack(">I", zlib.crc32(tag + data))


def png(name, depth, colour, samples, before=b""):
    """Writes a PNG, also of the kinds that Pillow cannot."""
    height, width = samples.shape[:2]
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    rows = b"".join(b"\0" + row.tobytes() for row in samples)
    write(name, b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + before
          + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b""))


def exif(orientation, order):
    """A TIFF structure with two entries: ImageWidth and Orientation."""
    entries = struct.pack(order + "HHHIHHHHIHHI", 2, 256, 3, 1, W, 0, 274, 3, 1, orientation, 0, 0)
    return {"<": b"II", ">": b"MM"}[order] + struct.pack(order + "HI", 42, 8) + entries


def with_exif(jpeg, data):
    marker = b"Exif\0\0" + data
    return jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(marker) + 2) + marker + jpeg[2:]


# Deep PNGs, grey and RGB, with and without alpha.
png("rgb-16.png", 16, 2, deep.astype(">u2"))
png("rgba-16.png", 16, 6, np.dstack([deep, deep[..., :1]]).astype(">u2"))
png("grey-16.png", 16, 0, deep[..., 0].astype(">u2"))
png("grey-alpha-16.png", 16, 4, deep[..., :2].astype(">u2"))
image.convert("L").save("grey.png")
image.convert("1").save("bilevel.png")
image.convert("RGBA").save("rgba.png")

# Orientation in JPEG, PNG and TIFF; EXIF data that says nothing.
image.save("plain.jpg", quality=90)
jpeg = open("plain.jpg", "rb").read()
for value in range(1, 9):
    write("exif-%d.jpg" % value, with_exif(jpeg, exif(value, "<>"[value % 2])))
write("exif-9.jpg", with_exif(jpeg, exif(9, "<")))
write("exif-cut.jpg", with_exif(jpeg, exif(6, "<")[:20]))
png("exif-6.png", 8, 2, rgb, chunk(b"eXIf", exif(6, ">")))
image.save("exif-8.tif", tiffinfo={274: 8})

# CMYK and YCCK, chroma halved and not; CMYK without Adobe's marker.
image.convert("CMYK").save("cmyk.jpg", quality=80)
cmyk = np.asarray(image.convert("CMYK")).copy()
cmyk[..., 3] = random.integers(0, 200, (H, W))
turbo = ctypes.CDLL("libturbojpeg.so.0")
turbo.tjInitCompress.restype = ctypes.c_void_p
handle = ctypes.c_void_p(turbo.tjInitCompress())
for name, sampling in (("ycck-444.jpg", 0), ("ycck-422.jpg", 1), ("ycck-420.jpg", 2)):
    out, size = ctypes.c_void_p(None), ctypes.c_ulong(0)
    inverted = (255 - cmyk).tobytes()
    assert turbo.tjCompress2(handle, inverted, W, 0, H, 11, ctypes.byref(out), ctypes.byref(size), sampling, 90, 0) == 0
    write(name, ctypes.string_at(out, size.value))
adobe = open("cmyk.jpg", "rb").read()
at = adobe.index(b"\xff\xee")
write("cmyk-no-adobe.jpg", adobe[:at] + adobe[at + 2 + struct.unpack(">H", adobe[at + 2:at + 4])[0]:])

# GIFs: several frames; a first frame that is smaller than the canvas.
frames = [image.quantize(30), image.transpose(Image.ROTATE_180).quantize(30)]
frames[0].save("animated.gif", save_all=True, append_images=frames[1:], duration=100, loop=0)


def offset_gif(name, transparent):
    palette = b"".join(bytes([9 * i, 255 - 7 * i, 31 * i % 256]) for i in range(16))
    part = Image.fromarray((xx + yy)[:7, :11].astype(np.uint8) % 16, "P")
    part.putpalette(palette)
    part.save(name)
    data = open(name, "rb").read()
    at = data.index(b"\x2c", 13 + 3 * (2 << (data[10] & 7)))
    control = b"" if transparent is None else b"\x21\xf9\x04\x01\0\0" + bytes([transparent]) + b"\0"
    screen = struct.pack("<HH", W, H)
    place = b"\x2c" + struct.pack("<HH", 5, 3)
    write(name, data[:6] + screen + data[10:13 + 3 * (2 << (data[10] & 7))] + control + place + data[at + 5:])


offset_gif("offset.gif", None)
offset_gif("offset-transparent.gif", 2)

# FITS: all types, scales, BLANK, NaN, an image in an extension, further axes of length 1.
real = np.clip(random.normal(100, 40, (H, W)), 0.2, 250)


def save(name, *hdus):
    fits.HDUList(list(hdus)).writeto(name, overwrite=True)


def scaled(name, stored, **cards):
    """An image whose header says how to scale what is stored; astropy would scale it back."""
    fits.PrimaryHDU(stored).writeto(name, overwrite=True)
    with fits.open(name, mode="update", do_not_scale_image_data=True) as hdus:
        hdus[0].header.update(cards)


save("uint8.fits", fits.PrimaryHDU(rgb[..., 0]))
save("int16.fits", fits.PrimaryHDU((real * 100).astype(np.int16)))
save("uint16.fits", fits.PrimaryHDU(deep[..., 0]))
save("int32.fits", fits.PrimaryHDU((real * 8e6).astype(np.int32)))
save("int64.fits", fits.PrimaryHDU((real * 1e15).astype(np.int64)))
save("float32.fits", fits.PrimaryHDU(real.astype(np.float32)))
save("float64.fits", fits.PrimaryHDU(real))
scaled("scaled-8.fits", rgb[..., 1], BSCALE=0.1, BZERO=-3.3)
scaled("scaled-16.fits", (real * 100).astype(np.int16), BSCALE=1.7e-3, BZERO=12.34)
scaled("scaled-32.fits", (real * 8e6).astype(np.int32), BSCALE=1.7e-3, BZERO=12.34)
scaled("scaled-float32.fits", real.astype(np.float32), BSCALE=0.3)
blank = (real * 100).astype(np.int16)
blank[3, 4] = blank[7, 8] = -32768
scaled("blank.fits", blank, BLANK=-32768, BSCALE=0.5)
holes = real.astype(np.float32)
holes[5, 6] = np.nan
holes[5, 7] = np.inf
save("nan.fits", fits.PrimaryHDU(holes))
table = fits.BinTableHDU.from_columns([fits.Column("a", "D", array=np.arange(1000.0))])
save("extension.fits", fits.PrimaryHDU(), table, fits.ImageHDU(real.astype(np.float32)), fits.ImageHDU(deep))
save("axes.fits", fits.PrimaryHDU(real.astype(np.float32)[None, None]))
save("cube.fits", fits.PrimaryHDU(deep[:5, :7].transpose(2, 0, 1)))
save("vector.fits", fits.PrimaryHDU(real[0]))
save("table.fits", fits.PrimaryHDU(), table)
save("compressed.fits", fits.PrimaryHDU(), fits.CompImageHDU(real.astype(np.float32)))

# Small and wide.
png("1x1.png", 8, 2, rgb[:1, :1])
save("1x1.fits", fits.PrimaryHDU(real[:1, :1].astype(np.float32)))
wide = np.repeat(rgb[:1], 65500 // W + 1, 1)[:, :65500]
Image.fromarray(wide).save("wide.jpg", quality=30)

TYPES = {"uint8": "u1", "uint16": "<u2", "float32": "<f4", "float64": "<f8"}
lines = []


def expect(words, name, array):
    array = np.array(array, order="C")
    if array.dtype.kind == "f":
        array[np.isnan(array)] = np.nan
    lines.append("%s\t%s\t%s\t%s\n" % (words, name, ",".join(map(str, array.shape)), hashlib.sha256(array.tobytes()).hexdigest()))


def pillow(name):
    return np.asarray(Image.open(name).convert("RGB"))


def luma(samples):
    """Pillow's convert("L"), of 16-bit samples too."""
    r, g, b = np.moveaxis(samples.astype(np.uint64), -1, 0)
    return ((r * 19595 + g * 38470 + b * 7471 + 0x8000) >> 16).astype(samples.dtype)


assert (luma(rgb) == np.asarray(image.convert("L"))).all()


def resized(array, mode, size):
    """Pillow's bilinear in modes L, RGB, I (16-bit integers) and F, a channel at a time."""
    planes = array[..., None] if array.ndim == 2 else array
    planes = [Image.fromarray(np.ascontiguousarray(planes[..., i]).astype({"L": "u1", "I": "i4", "F": "f4"}[mode]), mode)
              for i in range(planes.shape[2])]
    out = np.stack([np.asarray(plane.resize(size, Image.BILINEAR)) for plane in planes], -1)
    return out[..., 0] if array.ndim == 2 else out


rgb16 = {"rgb-16.png": deep, "rgba-16.png": deep, "grey-16.png": np.repeat(deep[..., :1], 3, 2),
         "grey-alpha-16.png": np.repeat(deep[..., :1], 3, 2)}
for name, samples in rgb16.items():
    expect("", name, (samples >> 8).astype("u1"))
    expect("--dtype uint16", name, samples.astype("<u2"))
    expect("--dtype float32", name, samples.astype("<f4"))
    expect("--gray", name, luma((samples >> 8).astype(np.uint8)))
    expect("--gray --dtype uint16", name, luma(samples).astype("<u2"))
    expect("--gray --dtype float64", name, luma(samples).astype("<f8"))
for name in ("plain.jpg", "rgba.png", "grey.png", "bilevel.png", "cmyk.jpg"):
    expect("", name, pillow(name))
    expect("--gray", name, np.asarray(Image.open(name).convert("RGB").convert("L")))
    for words in ("", "--gray "):
        array = luma(pillow(name)) if words else pillow(name)
        expect(words + "--dtype uint16", name, (array.astype("<u2") * 257).astype("<u2"))
        expect(words + "--dtype float32", name, array.astype("<f4"))
        expect(words + "--dtype float64", name, array.astype("<f8"))
for name in ("ycck-444.jpg", "ycck-422.jpg", "ycck-420.jpg", "cmyk-no-adobe.jpg", "animated.gif", "offset.gif",
             "offset-transparent.gif", "1x1.png", "wide.jpg"):
    expect("", name, pillow(name))
for name in ["exif-%d.jpg" % value for value in range(1, 10)] + ["exif-6.png"]:
    expect("", name, pillow(name))
    expect("--exif", name, np.asarray(ImageOps.exif_transpose(Image.open(name)).convert("RGB")))
expect("--exif", "exif-cut.jpg", pillow("exif-cut.jpg"))
expect("", "exif-8.tif", rgb)
expect("--exif", "exif-8.tif", np.asarray(image.transpose(Image.ROTATE_90)))
turned = ImageOps.exif_transpose(Image.open("exif-6.jpg"))
expect("--exif --crop 7x11+3+5", "exif-6.jpg", np.asarray(turned.crop((3, 5, 10, 16))))
expect("--exif --crop 7x11+3+5 --gray --resize 9x5", "exif-6.jpg",
       np.asarray(turned.crop((3, 5, 10, 16)).convert("L").resize((9, 5), Image.BILINEAR)))
expect("--crop 29x19+0+0", "rgba.png", rgb)
expect("--crop 1x1+28+18", "rgba.png", rgb[18:, 28:])
expect("--crop 10x8+3+4", "rgb-16.png", (deep[4:12, 3:13] >> 8).astype("u1"))
expect("--crop 10x8+3+4 --dtype uint16", "rgb-16.png", deep[4:12, 3:13])
expect("--crop 10x8+3+4 --resize 6x12", "rgba.png", resized(rgb[4:12, 3:13], "L", (6, 12)))
expect("--resize 1x1", "wide.jpg", np.asarray(Image.open("wide.jpg").resize((1, 1), Image.BILINEAR)))
for size in ((6, 12), (40, 11), (29, 7), (12, 19), (64, 64)):
    words = "--resize %dx%d" % size
    expect("--gray " + words, "rgba.png", resized(luma(rgb), "L", size))
    expect("--dtype uint16 " + words, "rgb-16.png", resized(deep, "I", size).astype("<u2"))
    expect("--gray --dtype uint16 " + words, "rgb-16.png", resized(luma(deep), "I", size).astype("<u2"))
    expect("--dtype float32 " + words, "rgb-16.png", resized(deep, "F", size))
    expect(words, "float32.fits", resized(fits.getdata("float32.fits"), "F", size))
    expect(words, "nan.fits", resized(fits.getdata("nan.fits"), "F", size))

for name in ("uint8", "int16", "uint16", "int32", "int64", "float32", "float64", "scaled-8", "scaled-16", "scaled-32",
             "scaled-float32", "blank", "nan", "1x1"):
    name += ".fits"
    data = fits.getdata(name)
    expect("", name, data.astype("<f4"))
    expect("--dtype float64", name, data.astype("<f8"))
expect("", "extension.fits", real.astype("<f4"))
expect("", "axes.fits", real.astype("<f4"))
expect("--dtype uint8", "uint8.fits", rgb[..., 0])
expect("--dtype uint16 --gray", "uint16.fits", deep[..., 0].astype("<u2"))
expect("--dtype uint8", "float32.fits", np.rint(real.astype(np.float32)).astype("u1"))
expect("--crop 10x8+3+4", "scaled-16.fits", fits.getdata("scaled-16.fits")[4:12, 3:13].astype("<f4"))
write("arrays.tsv", "".join(lines).encode())
