"""Writes pictures/, which the network never saw, and shapes.jpg, which shows xnc's answers to them.

    python3 show.py XNC

Every second picture is a JPEG, the others are PNGs. Needs numpy and Pillow.
"""

import json
import pathlib
import subprocess
import sys

from PIL import Image, ImageDraw

import render

HERE = pathlib.Path(__file__).resolve().parent
SEED, COUNT = 3, 40  # four of each shape
CELL, CAPTION, GAP = 96, 16, 6


def write_pictures():
    paths = []
    for number in range(COUNT):
        label, pixels = render.picture(SEED, number)
        kind = "png" if number // len(render.LABELS) % 2 else "jpg"
        path = HERE / "pictures" / label / f"{number // len(render.LABELS)}.{kind}"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels).save(path, quality=90, optimize=True)
        paths.append(path)
    return paths


def answers(xnc, paths):
    command = [xnc, "run", str(HERE), *map(str, paths), "--json"]
    found = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return [answer["top"][0] for answer in json.loads(found)]


def montage(paths, best):
    columns = len(render.LABELS)
    step = CELL + GAP, CELL + CAPTION + GAP
    size = columns * step[0] + GAP, len(paths) // columns * step[1] + GAP
    sheet = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(sheet)
    for index, (path, answer) in enumerate(zip(paths, best)):
        left, top = GAP + index % columns * step[0], GAP + index // columns * step[1]
        picture = Image.open(path).convert("RGB")
        picture.thumbnail((CELL, CELL))
        sheet.paste(picture, (left + (CELL - picture.width) // 2, top + CELL - picture.height))
        text = f"{answer['label']} {answer['probability']:.0%}"
        right = answer["label"] == path.parent.name
        draw.text((left + (CELL - draw.textlength(text)) / 2, top + CELL + 2), text,
                  fill="black" if right else "red")
    sheet.save(HERE / "shapes.jpg", quality=88, optimize=True)


if __name__ == "__main__":
    written = write_pictures()
    montage(written, answers(sys.argv[1], written))
