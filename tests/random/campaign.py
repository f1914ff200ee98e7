"""What the two drivers share: many seeds, several at once, progress, and a report of each that fails.

A checker has check(networks), which gives (verdict, text) for each, and close(). The first line of a
text says before its colon what kind of failure it is.
"""

import argparse
import sys
import tempfile
import threading
import time
from pathlib import Path

from draw import draw, show
from exclusions import TOLERATED
from shrink import shrink

GOOD = ("fine", *TOLERATED)
TELL_AFTER = 60  # seconds


def kind_of(verdict, text):
    """What must stay the same while a network shrinks: the verdict and what was found."""
    lines = [line for line in text.splitlines() if line.strip()] or [""]
    return verdict, lines[0].partition(":")[0] if verdict == "wrong" else ""


class Campaign:
    def __init__(self, arguments, make_checker):
        self.arguments, self.make_checker = arguments, make_checker
        self.lock = threading.Lock()
        self.next, self.end = arguments.first, arguments.first + arguments.count
        self.busy, self.counts, self.failed = set(), {}, []
        self.start = self.told = time.monotonic()

    def take(self):
        with self.lock:
            seeds = range(self.next, min(self.next + self.arguments.batch, self.end))
            self.next = seeds.stop
            self.busy |= set(seeds)
            return seeds

    def done(self, seed, verdict):
        with self.lock:
            self.busy.remove(seed)
            self.counts[verdict] = self.counts.get(verdict, 0) + 1
            if time.monotonic() - self.told > TELL_AFTER:
                self.tell()

    def tell(self):
        self.told = time.monotonic()
        counts = ", ".join(f"{count} {verdict}" for verdict, count in sorted(self.counts.items()))
        print(f"seeds {self.arguments.first} to {min(self.busy, default=self.next) - 1} are done: "
              f"{counts}; {self.told - self.start:.0f} s; failed: {self.failed}", flush=True)  # fmt: skip

    def report(self, checker, network, verdict, text):
        kind = kind_of(verdict, text)
        small = shrink(network, lambda n: kind_of(*checker.check([n])[0]) == kind,
                       self.arguments.shrink)  # fmt: skip
        again, small_text = checker.check([small])[0]
        told = {**vars(self.arguments), "first": network.seed, "count": 1}
        same = " ".join(f"--{key}={value}" for key, value in told.items())
        with self.lock:
            self.failed.append(network.seed)
            print(f"==== seed {network.seed}: {verdict}\n{text[:2000]}\n{show(network)}\n"
                  f"---- shrunk: {again}\n{small_text[:3000]}\n{show(small)}\n"
                  f"---- again: {sys.argv[0]} {same}",
                  flush=True)  # fmt: skip

    def work(self):
        with tempfile.TemporaryDirectory() as folder:
            checker = self.make_checker(self.arguments, Path(folder))
            while seeds := self.take():
                networks = [draw(seed) for seed in seeds]
                for network, found in zip(networks, checker.check(networks)):
                    if found[0] not in GOOD:
                        self.report(checker, network, *found)
                    self.done(network.seed, found[0])
            checker.close()

    def run(self):
        """Whether all is well."""
        workers = [threading.Thread(target=self.work) for _ in range(self.arguments.jobs)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        self.tell()
        return not self.failed and sum(self.counts.values()) == self.arguments.count


def arguments(description, batch):
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--first", type=int, default=1, help="the first seed")
    parser.add_argument("--count", type=int, default=100, help="how many seeds")
    parser.add_argument("--jobs", type=int, default=2, help="how many at once")
    parser.add_argument("--batch", type=int, default=batch, help="seeds that one takes at a time")
    parser.add_argument("--shrink", type=float, default=60, help="seconds for each that fails")
    return parser
