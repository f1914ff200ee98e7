#!/usr/bin/env python3
"""Writes keras.json: what pipelines of Keras make of pictures.

  KERAS_BACKEND=tensorflow make_keras.py      needs Keras, TensorFlow, Pillow

nearest is load_img(), with keep_aspect_ratio for crop_mode aspect; tf_bilinear is what
image_dataset_from_directory() does with decoded pictures, smart_resize() for aspect. Each case has the
name of a picture in pictures/, settings of pictures_dump, and a digest of the floats, those of
preprocess_input() of Xception.
"""
import json
import pathlib

import keras
import numpy as np
import tensorflow as tf

import dumped
from make_options import digest

HERE = pathlib.Path(__file__).resolve().parent
SIZES = ((61, 47), (299, 299), (7, 9), (20, 64))
PICTURES = ("turned_420.jpg", "colour_8.png", "grey_8.png")


def pixels(path, how):
    """The resized picture as Keras has it, float32 [H, W, C]."""
    mode = "grayscale" if how["channels"] == 1 else "rgb"
    aspect = how["crop_mode"] == "aspect"
    if how["interpolation"] == "nearest":
        image = keras.utils.load_img(path, color_mode=mode, target_size=how["size"],
                                     keep_aspect_ratio=aspect)
        return keras.utils.img_to_array(image)
    image = keras.utils.img_to_array(keras.utils.load_img(path, color_mode=mode))
    if aspect:
        return np.asarray(keras.preprocessing.image.smart_resize(image, how["size"]))
    return tf.image.resize(image, how["size"], method="bilinear", antialias=False).numpy()


def main():
    lines = []
    for name in PICTURES:
        for size in SIZES:
            for interpolation in "nearest", "tf_bilinear":
                for crop_mode in "squash", "aspect":
                    for channels in (3, 1) if size == SIZES[0] else (3,):
                        how = dumped.settings(size, 1.0, interpolation, crop_mode, channels)
                        values = pixels(HERE / "pictures" / name, how)
                        floats = values / np.float32(127.5) - np.float32(1)
                        assert floats.dtype == np.float32 and floats.shape == (*size, channels)
                        lines.append(json.dumps({"picture": name, "settings": how,
                                                 "input": digest(floats.transpose(2, 0, 1))}))
    origin = f"Keras {keras.__version__}, TensorFlow {tf.__version__}"
    (HERE / "keras.json").write_text(
        f'{{"origin": "{origin}", "cases": [\n' + ",\n".join(lines) + "\n]}\n")


if __name__ == "__main__":
    main()
