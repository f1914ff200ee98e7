"""Tries the limits of the YAML reader on both sides.

Purpose: each limit of models/README.md holds, and what is just within it passes the reader.
Input: descriptions made here, too large to keep as files. Expectation: the message in LIMITS for
one more than the limit; for the limit itself, success or a message about something else.
"""
import subprocess
import sys
import tempfile

HEAD = "name: wide\ntitle: At a limit\ninput: {size: 32}\nnorm_eps: 0.001\n"
BODY = "stem:\n  - {width: 8}\nblocks:\n  - {widths: 8}\n"


def padded(size):
    text = HEAD + BODY
    return text + "#" * (size - len(text) - 1) + "\n"


def nested(depth):
    """The document is the first level, the value of deep the second."""
    return HEAD + BODY + "deep: " + "[" * (depth - 2) + "x" + "]" * (depth - 2) + "\n"


def titled(length):
    return (HEAD + BODY).replace("At a limit", "t" * length)


def keyed(count):
    keys = "".join(f"key{i}: 1\n" for i in range(count - 6))
    return HEAD + BODY + keys


def listed(count):
    return HEAD + BODY + "exit: [" + "1, " * (count - 1) + "1]\n"


def papers(count):
    return HEAD + BODY + "papers: [" + "a, " * (count - 1) + "a]\n"


def blocks(count):
    return HEAD + BODY + f"  - {{widths: 8, repeat: {count - 1}}}\n"


def input_size(size):
    """A map of one channel and one row."""
    return (HEAD + BODY).replace("size: 32", f"size: [1, {size}]").replace("8}", "1}")


# What makes a text, its limit, the message beyond it, whether the text at the limit is a network.
LIMITS = [
    (padded, 1 << 20, "is larger than 1048576 bytes", True),
    (nested, 16, "nested more than 16 deep", False),
    (titled, 256, "a value of 257 bytes; at most 256 are allowed", True),
    (keyed, 64, "a mapping of more than 64 keys", False),
    (listed, 1024, "a list of more than 1024 items", False),
    (papers, 16, "'papers' has 17 items; 1 to 16 fit", True),
    (blocks, 128, "129 blocks; at most 128 are allowed", True),
    (input_size, 65536, "'size' takes: integer or [height, width] (1..65536), not '65537'", True),
]


def errors_of(describe, text):
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
        file.write(text)
        file.flush()
        done = subprocess.run([describe, file.name], capture_output=True, text=True)
        if done.returncode not in (0, 3):
            sys.exit(f"exit code {done.returncode}: {done.stderr}")
        return done.stderr


def check(describe, make, limit, message, is_network):
    wrong = []
    within, beyond = errors_of(describe, make(limit)), errors_of(describe, make(limit + 1))
    if message in within or (is_network and within):
        wrong.append(f"{make.__name__}({limit}) is refused: {within}")
    if message not in beyond:
        wrong.append(f"{make.__name__}({limit + 1}) gives: {beyond}")
    return wrong


if __name__ == "__main__":
    problems = [line for row in LIMITS for line in check(sys.argv[1], *row)]
    print("\n".join(problems) or f"{len(LIMITS)} limits hold")
    sys.exit(bool(problems))
