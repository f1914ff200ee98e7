"""Files of HDF5 as Keras writes them, built in memory from numbers, so that each of them can be wrong.

    file = File()
    kernel = file.dataset([2, 3], floats(1, 2, 3, 4, 5, 6))
    data = file.close(file.group({"layers": file.group({"dense": ...})}))

Every structure is a method that takes the usual values of its fields as keywords. Addresses are those
of object headers. The names of sections are those of the HDF5 File Format Specification 3.0.
"""
import struct

UNDEFINED = 2**64 - 1
SPACE, TYPE, FILL, LAYOUT, ATTRIBUTE, TABLE = 0x01, 0x03, 0x05, 0x08, 0x0C, 0x11


def padded(data):
    return data + bytes(-len(data) % 8)


def floats(*values):
    return struct.pack(f"<{len(values)}f", *values)


# ---- messages (section IV) ----

def space(dims, version=1, rank=None, flags=0):
    return struct.pack("<BBBB4x", version, len(dims) if rank is None else rank, flags, 0) + \
        b"".join(struct.pack("<Q", dim) for dim in dims)


def number_type(kind, size, bits=(0, 0, 0), more=b"", version=1):
    return struct.pack("<BBBBI", kind | version << 4, *bits, size) + more


def float_type(size, order=0, bias=None, version=1, norm=0x20):
    parts = {2: (16, 10, 5, 0, 10, 15), 4: (32, 23, 8, 0, 23, 127), 8: (64, 52, 11, 0, 52, 1023)}
    precision, *places, usual = parts[size]
    more = struct.pack("<HHBBBBI", 0, precision, *places, usual if bias is None else bias)
    return number_type(1, size, (norm | order, size * 8 - 1, 0), more, version)


F16, F32, F64 = float_type(2), float_type(4), float_type(8)
OPAQUE2 = number_type(5, 2)
I8, I64 = (number_type(0, size, (8, 0, 0), struct.pack("<HH", 0, size * 8)) for size in (1, 8))
VARIABLE = number_type(9, 16, (1, 0, 0), number_type(3, 1))


def fixed_type(size):
    return number_type(3, size, (1, 0, 0))


def layout(address, size, version=3, kind=1):
    return struct.pack("<BBQQ", version, kind, address, size)


def attribute(name, of_type, of_space, values, version=1, sizes=None):
    name = name.encode() + b"\0"
    lengths = sizes or (len(name), len(of_type), len(of_space))
    return struct.pack("<BBHHH", version, 0, *lengths) + padded(name) + padded(of_type) + \
        padded(of_space) + values


def fixed_texts(name, texts, size=None):
    """An attribute with a list of texts of one length, as Keras 2.0 wrote them."""
    size = size or max(map(len, texts))
    return attribute(name, fixed_type(size), space([len(texts)]),
                     b"".join(text.encode().ljust(size, b"\0") for text in texts))


def no_texts(name):
    """What Keras writes for an empty list: an array of no floats."""
    return attribute(name, F64, space([0]), b"")


class File:
    def __init__(self):
        self.data = bytearray(96)

    def place(self, data):
        """Appends a structure and gives its address."""
        at = len(self.data)
        self.data += padded(data)
        return at

    def header(self, messages, version=1, count=None, blocks=1):
        """An object header of (type, content) or (type, content, flags); its messages may be spread
        over several blocks."""
        rest = [struct.pack("<HHB3x", kind, len(padded(content)), *(flags or [0])) + padded(content)
                for kind, content, *flags in messages]
        stated = len(rest) + blocks - 1 if count is None else count
        following = None
        for block in range(blocks - 1, 0, -1):  # last first: each knows where the next one is
            own, rest = rest[block:], rest[:block]
            if following:
                own.append(following)
            body = b"".join(own)
            following = struct.pack("<HHB3xQQ", 0x10, 16, 0, self.place(body), len(body))
        body = b"".join(rest) + (following or b"")
        return self.place(struct.pack("<BBHII4x", version, 0, stated, 1, len(body)) + body)

    def dataset(self, dims, data, of_type=F32, extra=(), **wrong):
        where = self.place(data)
        messages = [(SPACE, wrong.get("space", space(dims))), (TYPE, of_type), (FILL, b"\2\1\1\0"),
                    (LAYOUT, wrong.get("layout", layout(wrong.get("at", where),
                                                        wrong.get("size", len(data)))))]
        lacks = wrong.get("lacks")
        return self.header([message for message in messages if message[0] != lacks] + list(extra))

    def heap(self, names, signature=b"HEAP", size=None, at=None):
        """A local heap; gives its address and the place of each name."""
        content, places = bytearray(8), {}
        for name in names:
            places[name] = len(content)
            content += padded(name.encode() + b"\0")
        content = bytes(content)
        where = self.place(content)
        return self.place(struct.pack("<4sB3xQQQ", signature, 0,
                                      len(content) if size is None else size, UNDEFINED,
                                      where if at is None else at)), places

    def leaf(self, entries, version=1, signature=b"SNOD", count=None):
        """entries: (place of the name, object header, type of its cache)."""
        body = b"".join(struct.pack("<QQI20x", *entry) for entry in entries)
        return self.place(struct.pack("<4sBBH", signature, version, 0,
                                      len(entries) if count is None else count) + body)

    def tree(self, children, level=0, kind=0, signature=b"TREE", count=None):
        body = struct.pack("<4sBBHQQQ", signature, kind, level,
                           len(children) if count is None else count, UNDEFINED, UNDEFINED, 0)
        return self.place(body + b"".join(struct.pack("<QQ", child, 0) for child in children))

    def table(self, children, in_order=True, cache=0, leaves=1):
        """The message of a symbol table with these (name, object header)."""
        children = list(children.items()) if isinstance(children, dict) else list(children)
        if in_order:
            children.sort(key=lambda child: child[0].encode())
        heap, places = self.heap([name for name, _ in children])
        entries = [(places[name], at, cache) for name, at in children]
        each = -(-len(entries) // leaves) or 1
        parts = [self.leaf(entries[i:i + each]) for i in range(0, len(entries), each)]
        return struct.pack("<QQ", self.tree(parts), heap)

    def group(self, children, attributes=(), blocks=1, **how):
        return self.header([(TABLE, self.table(children, **how))] +
                           [(ATTRIBUTE, one) for one in attributes], blocks=blocks)

    def collection(self, texts, signature=b"GCOL", version=1, size=None, lengths=None):
        """A collection of the global heap; texts have the indexes 1, 2, ..."""
        body = b""
        for index, text in enumerate(texts, 1):
            length = len(text) if lengths is None else lengths[index - 1]
            body += struct.pack("<HHIQ", index, 1, 0, length) + padded(text)
        body += struct.pack("<HHIQ", 0, 0, 0, 16)
        return self.place(struct.pack("<4sB3xQ", signature, version,
                                      16 + len(body) if size is None else size) + body)

    def variable_texts(self, name, texts, scalar=False, **wrong):
        """An attribute with texts of variable length, as h5py 3 writes them."""
        texts = [text.encode() for text in texts]
        heap = self.collection(texts, **wrong)
        values = b"".join(struct.pack("<IQI", len(text), heap, index)
                          for index, text in enumerate(texts, 1))
        return attribute(name, VARIABLE, space([] if scalar else [len(texts)]), values)

    def close(self, root, version=0, sizes=(8, 8), base=0, end=None, parts=(0, 0, 0)):
        """The whole file, with its superblock (section II.A)."""
        start = struct.pack("<8sBBBxBBBxHHI", b"\x89HDF\r\n\x1a\n", version, *parts, *sizes, 4, 16,
                            0)
        start += struct.pack("<QQQQ", base, UNDEFINED, len(self.data) if end is None else end,
                             UNDEFINED)
        self.data[:96] = start + struct.pack("<QQII16x", 0, root, 0, 0)
        return bytes(self.data)
