"""Golden texts: what a program makes of each file of a folder, in a text beside the file."""

import subprocess


def run(folder, program, *arguments):
    """Exit code, standard output and error of a program that runs in the folder."""
    done = subprocess.run([program, *arguments], cwd=folder, capture_output=True)
    return done.returncode, done.stdout.decode(), done.stderr.decode(errors="replace")


def differing(paths, suffix, produce, renew):
    """What produce() makes of each path whose text is another or missing; renew: accepts it."""
    wrong = []
    for path in paths:
        text = produce(path)
        golden = path.with_suffix(suffix)
        if renew:
            golden.write_text(text)
        elif not golden.exists() or golden.read_text() != text:
            wrong.append(f"{path.parent.name}/{path.name} gives\n{text}")
    return wrong
