#!/usr/bin/env python3
"""Drawn networks through all passes and both interpreters.

    passes.py --walk=WALK --first=SEED --count=N [--jobs=J] [--shrink=SECONDS]

Every network is one seed. A line tells now and then up to which seed all is done; --first goes on
from there. A network that fails is printed, shrunk and printed again with a command that repeats it,
and the next one follows; the exit code says whether any failed. What is checked: walk.c.
"""

import subprocess
import sys

from campaign import Campaign, arguments


class Walker:
    """A process of random_walk; a new one after each that ended."""

    def __init__(self, options, folder):
        self.program, self.folder, self.process = options.walk, folder, None

    def words(self, network):
        # Passes are compared with the network in f32, which other numbers are not meant to equal.
        others = ("--precision", "--weights-type")
        kept = [word for word in network.words() if not word.startswith(others)]
        words = [f"--target={','.join(network.targets)}"]
        words += [word.replace(" ", "\t") for word in kept]  # a line of the walk
        if network.tuning:
            path = self.folder / "numbers.tuning"
            path.write_text(network.tuning_text())
            words.append(f"--tuning={path}")
        return words

    def start(self):
        if not self.process or self.process.poll() is not None:
            self.process = subprocess.Popen([self.program], stdin=subprocess.PIPE,
                                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)  # fmt: skip

    def walk(self, network):
        self.start()
        yaml = network.yaml().encode()
        words = ["network", network.seed, len(yaml), network.weights_seed, network.input,
                 network.fill, *self.words(network)]  # fmt: skip
        self.process.stdin.write(" ".join(map(str, words)).encode() + b"\n" + yaml)
        self.process.stdin.flush()
        lines = []
        for line in self.process.stdout:
            line = line.decode(errors="replace")
            if line.startswith("end "):
                return line.split()[1], "".join(lines)
            if not line.startswith("begin "):
                lines.append(line)
        return f"ended with {self.process.wait()}", "".join(lines)

    def check(self, networks):
        return [self.walk(network) for network in networks]

    def close(self):
        if self.process:
            self.process.stdin.close()
            self.process.wait()
            self.process.stdout.close()


def main():
    parser = arguments(__doc__.partition("\n")[0], 1)
    parser.add_argument("--walk", required=True, help="the program random_walk")
    return not Campaign(parser.parse_args(), Walker).run()


if __name__ == "__main__":
    sys.exit(main())
