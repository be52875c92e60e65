"""Images into PDFs, turned by 180 degrees, one PDF an image: the peers of `sheaf flip`.

    python3 flip.py photographs DIRECTORY COUNT
    python3 flip.py lossless|pillow PROCESSES DIRECTORY OUTPUT

photographs makes ten of 1 to 2 megapixels in DIRECTORY, and links to them, COUNT in all. lossless is
the strongest Python we know: Pillow tells the size, the JPEG is copied into a PDF whose page turns
it. pillow is its usual way: decode, turn, encode. Both print the seconds from the start of the work
(pool included, imports not) to its end.
"""

import glob
import os
import sys
import time

from PIL import Image


def photographs(directory, count):
    import numpy as np

    os.makedirs(directory)
    sizes = [(1600, 1200), (1280, 960), (1600, 1067), (1500, 1000), (1800, 1200),
             (1200, 1600), (1440, 1080), (1280, 853), (1600, 900), (1350, 900)]
    for k, (w, h) in enumerate(sizes):
        random = np.random.default_rng(1000 + k)
        fy, fx = np.fft.fftfreq(h)[:, None], np.fft.rfftfreq(w)[None, :]
        amplitude = 1 / np.maximum(np.hypot(fx, fy), 1 / max(w, h)) ** 1.2

        def clouds():
            field = np.fft.irfft2(amplitude * np.exp(2j * np.pi * random.random(amplitude.shape)), s=(h, w))
            return field / field.std()

        shared = clouds()
        image = np.stack([120 + 40 * shared + 10 * clouds() + random.normal(0, 2, (h, w)) for _ in range(3)], -1)
        Image.fromarray(np.clip(image, 0, 255).astype(np.uint8)).save(f"{directory}/{k}.jpg", quality=90)
    for k in range(len(sizes), count):
        os.link(f"{directory}/{k % len(sizes)}.jpg", f"{directory}/{k}.jpg")


def lossless(job):
    path, out = job
    with open(path, "rb") as f:
        jpeg = f.read()
    w, h = Image.open(path).size
    draw = b"q %d 0 0 %d 0 0 cm /I Do Q" % (w, h)
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %d %d]/Rotate 180/Resources<</XObject<</I 4 0 R>>>>/Contents 5 0 R>>"
        % (w, h),
        b"<</Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceRGB/BitsPerComponent 8"
        b"/Filter/DCTDecode/Length %d>>stream\n%b\nendstream" % (w, h, len(jpeg), jpeg),
        b"<</Length %d>>stream\n%b\nendstream" % (len(draw), draw),
    ]
    pdf = bytearray(b"%PDF-1.4\n")
    table = b""
    for number, content in enumerate(objects, 1):
        table += b"%010d 00000 n \n" % len(pdf)
        pdf += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    start = len(pdf)
    pdf += b"xref\n0 6\n0000000000 65535 f \n%btrailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (table, start)
    with open(out, "wb") as f:
        f.write(pdf)


def pillow(job):
    path, out = job
    Image.open(path).rotate(angle=180).save(out, format="PDF")


if __name__ == "__main__":
    if sys.argv[1] == "photographs":
        photographs(sys.argv[2], int(sys.argv[3]))
    else:
        import multiprocessing

        form, processes, directory, output = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4]
        begin = time.perf_counter()
        os.makedirs(output, exist_ok=True)
        jobs = [
            (path, f"{output}/{os.path.basename(path)[:-4]}.pdf") for path in glob.glob(f"{directory}/*.jpg")
        ]
        with multiprocessing.Pool(processes) as pool:
            pool.map(lossless if form == "lossless" else pillow, jobs, chunksize=4)
        print(time.perf_counter() - begin)
