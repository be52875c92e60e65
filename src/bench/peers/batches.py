"""OpenCV for `sheaf batches`: one pool of threads that decode, two batches ahead of a loop that looks
at two pixels of each. (Processes, even with shared memory, are slower here.)

    python3 batches.py THREADS DIRECTORY COUNT BATCH EPOCHS    prints the seconds of the work
    python3 batches.py check DIRECTORY COUNT                   prints file,crc32 of each image in RGB
"""

import collections
import random
import sys
import time
import zlib
from concurrent.futures import ThreadPoolExecutor

import cv2

cv2.setNumThreads(1)
directory, count = sys.argv[2], int(sys.argv[3])
files = [f"{directory}/{i}.jpg" for i in range(count)]

if sys.argv[1] == "check":
    for file in files:
        print(f"{file},{zlib.crc32(cv2.cvtColor(cv2.imread(file), cv2.COLOR_BGR2RGB)):08x}")
    sys.exit()

threads, batch, epochs = int(sys.argv[1]), int(sys.argv[4]), int(sys.argv[5])
used = 0


def batches():
    for epoch in range(epochs):
        order = files[:]
        random.Random(epoch).shuffle(order)
        for at in range(0, count, batch):
            yield order[at : at + batch]


def use(futures):
    global used
    images = [future.result() for future in futures]
    used += int(images[0][0, 0, 0]) + int(images[-1][0, 0, 0])


begin = time.perf_counter()
with ThreadPoolExecutor(threads) as pool:
    ahead = collections.deque()
    for names in batches():
        ahead.append([pool.submit(cv2.imread, name) for name in names])
        if len(ahead) == 3:
            use(ahead.popleft())
    while ahead:
        use(ahead.popleft())
print(time.perf_counter() - begin)
