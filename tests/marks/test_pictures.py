#!/usr/bin/env python3
"""The pictures of the 64 marks have the same bytes everywhere.

Usage: test_pictures.py FOLDER COUNT. FOLDER is examples/marks, COUNT how many of its test pictures are
drawn; their digest is one of those below. Also: pictures of another edge or another seed differ,
and a picture does not depend on those before it. Needs numpy.
"""

import pathlib
import sys
import unittest

sys.dont_write_bytecode = True
FOLDER, COUNT = pathlib.Path(sys.argv.pop(1)).resolve(), int(sys.argv.pop(1))
sys.path.insert(0, str(FOLDER))
import render  # noqa: E402

DIGESTS = {
    256: "dfaf9a7651864cf477308b8e0aa765ba3f9cb73b0512e47e930065a74f40ccfe",
    5000: "45f94faba950f3c4ef7b0e406269f48b9a498f13f66e2f0488675870c899eb71",
}


class Pictures(unittest.TestCase):
    def test_the_same_bytes_everywhere(self):
        pixels = render.pictures(render.TEST_SEED, COUNT)
        self.assertEqual(render.digest(pixels), DIGESTS[COUNT])

    def test_classes_go_round(self):
        self.assertEqual(len(render.LABELS), 64)
        kinds = [render.picture(1, number)[0] for number in (0, 63, 64, 130)]
        self.assertEqual(kinds, [0, 63, 0, 2])
        self.assertEqual((FOLDER / "labels.txt").read_text().split(), render.LABELS)

    def test_a_picture_is_its_seed_number_and_edge(self):
        seventh = render.pictures(render.TEST_SEED, 8)[7]
        self.assertEqual(seventh.tolist(), render.picture(render.TEST_SEED, 7)[1].tolist())
        other = render.picture(render.TEST_SEED + 1, 7)[1]
        self.assertNotEqual(render.digest(seventh), render.digest(other))
        self.assertEqual(render.picture(render.TEST_SEED, 7, 48)[1].shape, (48, 48, 3))


if __name__ == "__main__":
    unittest.main()
