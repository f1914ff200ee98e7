"""What MODEL may be: names, aliases, tags, paths (check_hub.py tries folders of the hub).

Purpose: each spelling finds its network with the right preprocessing, or tells what is wrong.
Input: names. Expectation: the lines beside each.
"""
import subprocess
import sys

# MODEL and options, lines that `describe --about` prints or tells.
NAMES = [
    ("xception41", ["name xception41", "tag tf_in1k", "crop 0.903 bicubic center mean 0.5 std 0.5",
                    "first stem.0.conv.weight classifier head.fc.weight"]),
    ("legacy_xception", ["name xception", "first conv1.weight classifier fc.weight"]),
    ("legacy_xception.tf_in1k", ["name xception", "crop 0.8975 bicubic center mean 0.5 std 0.5"]),
    ("xception65", ["tag ra3_in1k", "crop 0.94 bicubic center mean 0.5 std 0.5"]),
    ("xception65.tf_in1k", ["tag tf_in1k", "crop 0.903 bicubic center mean 0.5 std 0.5"]),
    ("xception65.ra3_in1k", ["tag ra3_in1k", "crop 0.94 bicubic center mean 0.5 std 0.5"]),
    ("xception65 weights=tf_xception_65-c9ae96e8.pth", [
        "tag tf_in1k", "crop 0.903", "preprocessing of the file"]),
    ("xception65 weights=other.pth", ["tag ra3_in1k", "preprocessing of the default tag"]),
    ("xception65.ra3_in1k weights=tf_xception_65-c9ae96e8.pth", [
        "tag ra3_in1k", "crop 0.94", "preprocessing of the tag"]),
    ("xception65.a1_in1k", ["'xception65' has no tag 'a1_in1k'",
                            "hint: tags are ra3_in1k, tf_in1k"]),
    ("xception42", ["no network has the name 'xception42'", "hint: did you mean 'xception41'?"]),
    ("resnet50", ["no network has the name 'resnet50'", "hint: 'xnc list' shows all"]),
    ("./none.yaml", ["./none.yaml: error: cannot be opened: No such file or directory"]),
    ("", ["no network has the name ''"]),
]

def run(describe, model):
    done = subprocess.run([describe, *(model.split() or [""]), "--about"], capture_output=True, text=True)
    if done.returncode not in (0, 3):
        return f"exit code {done.returncode}\n{done.stderr}"
    return done.stdout + done.stderr


def missing(describe, model, shown, lines):
    text = run(describe, model)
    return [f"{shown}: expected '{line}' in\n{text}" for line in lines if line not in text]


if __name__ == "__main__":
    tool = sys.argv[1]
    problems = [line for model, lines in NAMES for line in missing(tool, model, model, lines)]
    print("\n".join(problems) or f"{len(NAMES)} names as expected")
    sys.exit(bool(problems))
