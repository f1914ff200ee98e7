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
        flags, method = entry.get("flags", 0), entry.get("method", 0)
        crc = entry.get("crc", zlib.crc32(data))
        size = entry.get("size", len(data))
        stored = entry.get("stored", len(data))
        local = struct.pack("<4sHHHHHIIIHH", b"PK\3\4", 20, flags, method, 0, 33,
                            entry.get("local_crc", crc), entry.get("local_stored", stored),
                            entry.get("local_size", size), len(name), 0) + name
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
test.accepts("sizes in the central directory only", raw_with(
    flags=8, local_size=0, local_stored=0, local_crc=0), shows=SHOWN)

# Each stored byte belongs to one entry: sizes add up to no more than the file. libzip does not see
# that an entry looks into another, so this is what keeps many entries from sharing their bytes.
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

# Names.
for name in ("x/A-Z_a.z-0.9", "x/.data/serialization_id", "x/..a", "x/a..", "x/...", "y/b"):
    test.accepts(f"name {name}", with_entry(name), shows=SHOWN)
for name in ("/x/a", "x/../a", "../a", "x/..", "..", "x/a b", "x/a\\b", "x/a:b", "x/\u00e4", "x/a\x1b",
             "x/a$", "x/a\n"):
    test.refuses(f"name {name.encode('unicode_escape').decode()}", with_entry(name))
test.refuses("two entries of one name", raw(
    [{"name": name, "data": data} for name, data in ENTRIES + ENTRIES[2:3]]))
test.refuses("two entries of one name, not in use", raw(
    [{"name": name, "data": data} for name, data in ENTRIES] + [{"name": "x/a"}, {"name": "x/a"}]))

# Methods.
test.refuses("a compressed entry", archive(method=zipfile.ZIP_DEFLATED))
test.refuses("a compressed entry, not in use", raw(
    [{"name": name, "data": data} for name, data in ENTRIES] +
    [{"name": "x/a", "data": b"\3\0", "size": 0, "method": 8, "crc": 0}]))
test.refuses("a stored entry of two sizes", raw_with(size=16, stored=12))
test.refuses("an encrypted entry", raw_with(flags=1))

# Counts and sizes. An archive of more than 65,535 entries is zip64.
many = [(f"x/{index}", b"") for index in range(65536)]
most = many[:16384 - len(ENTRIES)]
test.accepts("16,384 entries", archive(ENTRIES + most), "--count", shows="1 tensors")
test.refuses("16,385 entries", archive(ENTRIES + most + [("x/more", b"")]), "--count")
test.refuses("65,538 entries", archive(ENTRIES + many), "--count")


def pickle_of(size):
    """A sound pickle of exactly this size: strings in a list beside the weights."""
    plain = program(dict_of({"w": tensor(), "other": LIST}))
    count, rest = divmod(size - len(plain), 4102)
    filler = (text("a" * 4096) + b"a") * count
    filler += b"(Ne" * (rest % 2) + b"(e" * ((rest - 3 * (rest % 2)) // 2)
    return program(dict_of({"w": tensor(), "other": LIST + filler}))


assert len(pickle_of(16 << 20)) == 16 << 20
test.accepts("data.pkl of 16 MB", replaced("x/data.pkl", pickle_of(16 << 20)), shows=SHOWN)
test.refuses("data.pkl of 16 MB and a byte", replaced("x/data.pkl", pickle_of((16 << 20) + 1)))

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

test.finish()
