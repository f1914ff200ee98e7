"""Purpose: a checkpoint of any layout gives the blob of the plain dict of the same tensors, or is
refused with a message that says how to go on.
Input: layouts drawn by layouts.py; test_wild.py XNC FIRST COUNT says which.
Expectation: the same bytes in NAME.weights, exit code 0 and the note that the layout calls for; or
exit code 3 and the message.
"""

import os
import re
import subprocess
import sys
import tempfile

import layouts
import writers

XNC = sys.argv[1]
WRITERS = {"zip": lambda root, folder: writers.torch_zip(root, folder),
           "legacy": lambda root, _: writers.torch_legacy(root),
           "safetensors": lambda root, _: writers.safetensors(root)}
# Networks: model, classifier, options, and whether the head is in the file.
NETWORKS = [("legacy_mini", "fc", [], True), ("xception_mini", "head.fc", [], True),
            ("xception_mini", "head.fc", ["--features"], False)]


def compiled(folder, model, path, options):
    """Exit code, messages, and the blob (None without one)."""
    out = os.path.join(folder, "out")
    done = subprocess.run([XNC, "compile", model, f"--weights={path}", "--target=scalar", "-o", out,
                           *options], capture_output=True, text=True, timeout=60, check=False)
    blob = os.path.join(out, model + ".weights")
    if not os.path.exists(blob):
        return done.returncode, done.stderr, None
    with open(blob, "rb") as file:
        data = file.read()
    os.remove(blob)
    return done.returncode, done.stderr, data


def bases(folder):
    """The networks with seeded weights, and the blobs of their plain dicts."""
    found, blobs = [], {}
    for model, classifier, options, with_head in NETWORKS:
        path = os.path.join(folder, model + ".safetensors")
        subprocess.run([XNC, "seed-weights", model, "-o", path], check=True, capture_output=True)
        tensors = {name: tensor for name, tensor in writers.read_safetensors(path).items()
                   if with_head or not name.startswith(classifier + ".")}
        base = layouts.Base(model, tensors, options, classifier)
        code, text, blob = compiled(folder, model, path, options)
        assert code == 0, text
        blobs[model, *options] = blob
        found.append(base)
    return found, blobs


def fault(layout, code, text, blob, plain):
    """What is wrong; None: nothing."""
    if "internal error" in text:
        return "an internal error"
    if layout.refused:
        if code != 3 or not re.search(layout.refused, text):
            return f"not refused with /{layout.refused}/"
        return None
    if code != 0 or blob != plain:
        return "another blob" if code == 0 else "refused"
    return None if re.search(layout.note or "", text) else f"no note /{layout.note}/"


def main():
    faults, first, count = 0, int(sys.argv[2]), int(sys.argv[3])
    with tempfile.TemporaryDirectory() as folder:
        networks, blobs = bases(folder)
        for seed in range(first, first + count):
            layout = layouts.draw(seed, networks)
            path = os.path.join(folder, "w." + layout.container)
            with open(path, "wb") as file:
                file.write(WRITERS[layout.container](layout.root, layout.folder))
            code, text, blob = compiled(folder, layout.model, path, layout.options)
            own = [word for word in layout.options if word == "--features"]
            wrong = fault(layout, code, text, blob, blobs[layout.model, *own])
            if wrong:
                faults += 1
                print(f"FAILED: {layout}: {wrong}\n{text}")
    print(f"{count} layouts, {faults} failures")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
