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
    256: "ac2744451c0d8a937721d1dd1b1aac0fecd38ec75b5f93bea0b1ce277c3d2d2a",
    5000: "c7734b74f589c031d0ced061e58476c30ec093dae3e2374451c6fc9f50528061",
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
