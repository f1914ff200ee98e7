"""One engine in a process of its own: what it adds to the memory and to the start of its host.

    alone.py ENGINE INPUT.npy FILE...

The host is this Python with numpy and the input loaded. Printed as JSON: megabytes resident after
four inferences, beyond those of the host; and milliseconds from there to the first result (import,
load, first inference), less the best of the later inferences.
"""

import json
import sys
import time

import engines
import numpy as np


def resident(field="VmRSS"):
    """Megabytes of this process in memory; "VmHWM": the most there were, without its parent's."""
    with open("/proc/self/status", encoding="ascii") as status:
        line = next(line for line in status if line.startswith(field))
    return int(line.split()[1]) * 1024e-6


def timed(function):
    begin = time.perf_counter()
    result = function()
    return 1e3 * (time.perf_counter() - begin), result


def main():
    name, path, *files = sys.argv[1:]
    inputs = np.load(path)
    host = resident()
    loading, run = timed(lambda: engines.load(name, files, inputs, 1))
    times = [timed(run)[0] for _ in range(4)]
    start = loading + times[0] - min(times[1:])
    print(json.dumps({"resident": resident() - host, "start": max(start, 0)}))


if __name__ == "__main__":
    main()
