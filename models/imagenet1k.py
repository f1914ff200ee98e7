#!/usr/bin/env python3
"""Writes imagenet1k.labels anew: the words of each class from WordNet's nouns.

    python3 models/imagenet1k.py /usr/share/wordnet/data.noun      (Debian: wordnet-base)

The classes of ImageNet-1k are 1,000 synsets of WordNet 3.0 in the order of their ids, and an id is
the letter n and the byte at which the synset stands in that file. The ids are those of the file.
"""
import pathlib
import sys

LABELS = pathlib.Path(__file__).with_suffix(".labels")


def words(nouns, synset):
    """offset, file number, type, number of words in hexadecimal, then word and number of each."""
    start = int(synset[1:])
    fields = nouns[start:nouns.index(b"\n", start)].decode("ascii").split()
    assert fields[0] == synset[1:], synset
    return ", ".join(fields[4 + 2 * i].replace("_", " ") for i in range(int(fields[3], 16)))


def main():
    nouns = pathlib.Path(sys.argv[1]).read_bytes()
    synsets = [line.split("\t")[0] for line in LABELS.read_text().splitlines()]
    assert len(synsets) == 1000 and synsets == sorted(set(synsets))
    LABELS.write_text("".join(f"{synset}\t{words(nouns, synset)}\n" for synset in synsets))


main()
