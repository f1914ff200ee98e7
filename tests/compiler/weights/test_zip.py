"""Purpose: each rule of the zip container, on both sides of its boundary.
Input: archives built here, entry by entry, with a mutation each.
Expectation: read, or refused with the text in golden/zip.txt.
"""

import io
import struct
import zipfile
import zlib

import cases
from pickles import *

test = cases.Cases("zip")

DATA = struct.pack("<4f", 1, 2, 3, 4)
PICKLE = program(dict_of({"w": tensor()}))
ENTRIES = [("x/data.pkl", PICKLE), ("x/byteorder", b"little"), ("x/data/0", DATA),
           ("x/version", b"3\n")]
SHOWN = "w FloatStorage [4]: 1 2 3 4\n"


def archive(entries=ENTRIES, method=zipfile.ZIP_STORED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as target:
        for name, data in entries:
            target.writestr(zipfile.ZipInfo(name), data, method)
    return out.getvalue()


def with_entry(name, data=b"", **more):
    return archive(ENTRIES + [(name, data)], **more)


def replaced(name, data):
    return archive([(name, data) if entry == name else (entry, old) for entry, old in ENTRIES])


def raw(entries, comment=b""):
    """An archive written by hand: entries are dicts of name, data and wrong values. Every number of
    the local header can differ from the one in the central directory."""
    body, directory = b"", b""
    for entry in entries:
        name, data = entry["name"].encode(), entry.get("data", b"")
        local_name = entry.get("local_name", entry["name"]).encode()
        flags, method = entry.get("flags", 0), entry.get("method", 0)
        crc = entry.get("crc", zlib.crc32(data))
        size = entry.get("size", len(data))
        stored = entry.get("stored", len(data))
        local = struct.pack("<4sHHHHHIIIHH", b"PK\3\4", 20, flags, entry.get("local_method", method), 0,
                            33, entry.get("local_crc", crc), entry.get("local_stored", stored),
                            entry.get("local_size", size), len(local_name), 0) + local_name
        at = entry.get("at", len(body))
        directory += struct.pack("<4sHHHHHHIIIHHHHHII", b"PK\1\2", 20, 20, flags, method, 0, 33,
                                 crc, stored, size, len(name), 0, 0, 0, 0, 0, at) + name
        body += local + data
    end = struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, len(entries), len(entries), len(directory),
                      len(body), len(comment)) + comment
    return body + directory + end


def raw_with(**wrong):
    """The usual entries with wrong values for the storage x/data/0."""
    return raw([{"name": name, "data": data, **(wrong if name == "x/data/0" else {})}
                for name, data in ENTRIES])


test.accepts("a plain archive", archive(), shows=SHOWN)
test.accepts("a plain archive written by hand", raw_with(), shows=SHOWN)

# The archive.
test.refuses("an archive without entries", archive([]))
test.refuses("the beginning of an archive", archive()[:-30])
test.refuses("an archive without its directory", archive()[:200])
test.refuses("an archive without its first byte", archive()[1:], "--zip")
test.refuses("an entry that begins outside the file", raw_with(at=1 << 30))
test.refuses("an entry whose local header is another's", raw_with(at=0))
test.refuses("a size that is larger than the file", raw_with(size=1 << 30, stored=1 << 30))
test.refuses("a local header with another size", raw_with(local_size=12))
test.refuses("a local header with another checksum", raw_with(local_crc=1))
test.refuses("a local header with another method", raw_with(local_method=8))
test.refuses("a local header with another name", raw_with(local_name="x/data/1"))
test.accepts("sizes in the central directory only", raw_with(
    flags=8, local_size=0, local_stored=0, local_crc=0), shows=SHOWN)

# The end of the archive: one record, or two that say the same. torch always writes both.
PLAIN = raw_with()
AT = PLAIN.rindex(b"PK\5\6")


def with_large_end(small=b"", **wrong):
    """The plain archive with a large end record and its locator in front of the small record."""
    count, size, start = struct.unpack("<HII", PLAIN[AT + 10:AT + 20])
    large = struct.pack("<4sQHHIIQQQQ", b"PK\6\6", wrong.get("length", 44), 45, 45, 0, 0,
                        wrong.get("count", count), wrong.get("count", count), size,
                        wrong.get("start", start))
    locator = struct.pack("<4sIQI", b"PK\6\7", 0, wrong.get("at", AT), 1)
    return PLAIN[:AT] + large + locator + (small or PLAIN[AT:])


FULL = b"PK\5\6" + b"\0" * 4 + b"\xff" * 12 + b"\0\0"  # see the large record
test.accepts("two end records", with_large_end(), shows=SHOWN)
test.accepts("a small end record that refers to the large one", with_large_end(FULL), shows=SHOWN)
test.refuses("two end records with different counts", with_large_end(count=3))
test.refuses("two end records with different places", with_large_end(start=0))
test.refuses("a large end record elsewhere", with_large_end(at=AT - 1))
test.refuses("a large end record that is too long", with_large_end(length=45))
test.refuses("fewer entries than the end says", with_large_end(FULL, count=5))
test.refuses("more entries than the end says", with_large_end(FULL, count=3))
test.refuses("2^64 - 1 entries", with_large_end(FULL, count=2**64 - 1))
test.refuses("a directory beyond the file", with_large_end(FULL, start=2**64 - 1))
test.accepts("a comment", raw([{"name": name, "data": data} for name, data in ENTRIES], b"hello"),
             shows=SHOWN)
test.refuses("a byte behind the end", PLAIN + b"\0")

# Each stored byte belongs to one entry, so that many entries cannot share their bytes.
test.accepts("entries that fill the file", raw_with(), shows=SHOWN)


def overlapping(count):
    """An archive of count entries that all have the bytes of the first, of 8 KB, as their own."""
    data = bytes(8192)
    names = [f"x/{index:04}" for index in range(count)]
    local = struct.pack("<4sHHHHHIIIHH", b"PK\3\4", 20, 0, 0, 0, 33, zlib.crc32(data), len(data),
                        len(data), len(names[0]), 0)
    body, directory = b"", b""
    for name in names:
        directory += struct.pack("<4sHHHHHHIIIHHHHHII", b"PK\1\2", 20, 20, 0, 0, 0, 33,
                                 zlib.crc32(data), len(data), len(data), len(name), 0, 0, 0, 0, 0,
                                 len(body)) + name.encode()
        body += local + name.encode()
    body += data
    return body + directory + struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, count, count,
                                          len(directory), len(body), 0)


test.refuses("two entries that overlap", overlapping(2), "--zip")
test.refuses("a hundred entries that overlap", overlapping(100), "--zip")

# Names: any that can be printed and that no unpacking would take out of its folder.
for name in ("x/A-Z_a.z-0.9", "x/.data/serialization_id", "x/..a", "x/a..", "x/...", "y/b", "x/a b",
             "x/a\\b", "x/a:b", "x/a$", "x/\u00e4\u6f22\U0001f600", "x/" + "a" * 4094, "x//a", "x/a/"):
    test.accepts(f"name {name}", with_entry(name), shows=SHOWN)
for name in ("/x/a", "x/../a", "../a", "x/..", "..", "x/a\x1b", "x/a\n", "x/\u202ea", "x/\u0085",
             "x/" + "a" * 4095):
    test.refuses(f"name {name[:9].encode('unicode_escape').decode()}", with_entry(name))
test.refuses("a name that is no UTF-8", raw_with().replace(b"x/version", b"x/versi\xe4n"))
test.refuses("an empty name", raw([{"name": ""}]))

# The folder is named after the file that was saved first: data, which goes nowhere.
for folder in ("archive", "epoch=3 acc=0.95", "xception_FF++", "my model (1)", "mod\u00e8le", "\u6a21\u578b",
               "...", "data.pkl", "a:b", "$(touch x)"):
    test.accepts(f"a folder {folder}", archive(
        [(name.replace("x/", folder + "/", 1), data) for name, data in ENTRIES]), "w:4",
        shows="w: 1 2 3 4\n")
test.accepts("entries of newer writers", archive(
    [("x/.format_version", b"1"), ("x/.storage_alignment", b"64"), *ENTRIES,
     ("x/.data/serialization_id", b"1" * 40)]), "w:4", shows="w: 1 2 3 4\n")
# One name twice: a question only where it is read, and only when the two differ.
PARTS = [{"name": name, "data": data} for name, data in ENTRIES]
test.accepts("every entry twice", raw(PARTS + PARTS), "w:4", shows="w: 1 2 3 4\n")
test.accepts("two entries of one name, not in use", raw(
    PARTS + [{"name": "x/a"}, {"name": "x/a", "data": b"a"}]), "w:4", shows="w: 1 2 3 4\n")
for at, (name, data) in enumerate(ENTRIES[:3]):
    other = {"name": name, "data": data[:-1] + bytes([data[-1] ^ 1])}
    test.refuses(f"a different {name} behind the others", raw(PARTS + [other]))
    test.refuses(f"a different {name} before the others", raw([other] + PARTS))
    test.refuses(f"a longer {name}", raw(PARTS + [{"name": name, "data": data + b"a"}]))

# Methods. What is read may be deflated; what is not read may be anything.
test.accepts("everything deflated", archive(method=zipfile.ZIP_DEFLATED), "w:4",
             shows="w: 1 2 3 4\n")
test.accepts("an entry of another method, not in use", raw(
    [{"name": name, "data": data} for name, data in ENTRIES] +
    [{"name": "x/a", "data": b"\3\0", "size": 7, "method": 12, "crc": 0}]), shows=SHOWN)
test.refuses("an entry of another method", archive(method=zipfile.ZIP_BZIP2))


def deflated(data):
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


def raw_deflated(stream, **wrong):
    return raw_with(data=stream, method=8, **{"size": 16, "crc": zlib.crc32(DATA), **wrong})


test.accepts("a deflated storage", raw_deflated(deflated(DATA)), "w:4", shows="w: 1 2 3 4\n")
test.refuses("a deflated storage that gives less", raw_deflated(deflated(DATA[:-1])))
test.refuses("a deflated storage that gives more", raw_deflated(deflated(DATA + b"\0")))
test.refuses("a deflated storage that is cut", raw_deflated(deflated(DATA)[:-1]))
test.refuses("bytes behind a deflated storage", raw_deflated(deflated(DATA) + b"\0"))
test.refuses("a deflated storage that is broken", raw_deflated(b"\7" * 16))
test.refuses("a flipped bit in a deflated storage", raw_deflated(deflated(DATA), crc=1), "w:4")


def large_storage(count):
    """A storage of so many floats, deflated, and a tensor of its first four."""
    pickle = program(dict_of({"w": tensor(where=storage(count=count))}))
    return archive([("x/data.pkl", pickle), ("x/data/0", DATA + bytes(4 * count - 16))],
                   zipfile.ZIP_DEFLATED)


test.accepts("128 MB that are inflated", large_storage((1 << 25) - 64), shows=SHOWN)
test.refuses("more than 128 MB that are inflated", large_storage(1 << 25))
test.refuses("a size that would be inflated to 2^32 - 1 bytes", raw_deflated(
    deflated(DATA), size=2**32 - 1))
test.refuses("a stored entry of two sizes", raw_with(size=16, stored=12))
test.refuses("an encrypted entry", raw_with(flags=1))

# Counts and sizes. An archive of more than 65,535 entries is zip64.
most = [(f"x/{index}", b"") for index in range(65536 - len(ENTRIES))]
test.accepts("65,536 entries", archive(ENTRIES + most), "--count", shows="1 tensors")
test.refuses("65,537 entries", archive(ENTRIES + most + [("x/more", b"")]), "--count")


def pickle_of(size):
    """A sound pickle of exactly this size: a text beside the weights."""
    plain = program(dict_of({"w": tensor(), "other": text("")}))
    return program(dict_of({"w": tensor(), "other": text("a" * (size - len(plain)))}))


test.accepts("data.pkl of 128 MB", replaced("x/data.pkl", pickle_of(128 << 20)), shows=SHOWN)
test.refuses("data.pkl of 128 MB and a byte", replaced("x/data.pkl", pickle_of((128 << 20) + 1)))

# What a checkpoint has.
test.refuses("no data.pkl", archive([("x/data/0", DATA)]))
test.refuses("data.pkl without a folder", archive([("data.pkl", PICKLE), ("data/0", DATA)]))
test.refuses("data.pkl too deep", archive([("a/b/data.pkl", PICKLE), ("a/b/data/0", DATA)]))
test.refuses("two data.pkl", with_entry("y/data.pkl", PICKLE))
test.refuses("byte order big", replaced("x/byteorder", b"big"))
test.refuses("byte order little with a newline", replaced("x/byteorder", b"little\n"))
test.refuses("no byte order in the entry", replaced("x/byteorder", b""))
test.accepts("no byte order", archive([ENTRIES[0], ENTRIES[2]]), shows=SHOWN)
test.refuses("a storage without an entry", archive(ENTRIES[:2]))
test.refuses("a storage in another folder", archive([ENTRIES[0], ("y/data/0", DATA)]))
test.refuses("a storage of 4 bytes too few", replaced("x/data/0", DATA[:-4]))
test.refuses("a storage of a byte too many", replaced("x/data/0", DATA + b"\0"))
test.accepts("a storage that no tensor has", with_entry("x/data/1", b"abc"), shows=SHOWN)

# Checksums of what is used.
test.refuses("a flipped bit in a storage", raw_with(crc=zlib.crc32(DATA) ^ 1), "w:4")
test.accepts("a flipped bit in a storage that is not used", raw_with(crc=zlib.crc32(DATA) ^ 1),
             "?w:4")
test.refuses("a flipped bit in data.pkl", raw(
    [{"name": "x/data.pkl", "data": PICKLE, "crc": zlib.crc32(PICKLE) ^ 1},
     {"name": "x/data/0", "data": DATA}]))
test.refuses("a flipped bit in byteorder", raw(
    [{"name": "x/data.pkl", "data": PICKLE}, {"name": "x/byteorder", "data": b"little", "crc": 7},
     {"name": "x/data/0", "data": DATA}]))

# A writer that does not sum leaves 0 everywhere; one sum in the archive means that all count.
bare = [{"name": name, "data": data, "crc": 0} for name, data in ENTRIES]
test.accepts("no checksums at all", raw(bare), "w:4", shows="w: 1 2 3 4\n")
test.accepts("no checksums at all: a note", raw(bare), shows="was written without checksums")
test.refuses("one checksum in the archive", raw(
    bare[:-1] + [{"name": "x/version", "data": b"3\n"}]), "w:4")

test.finish()
