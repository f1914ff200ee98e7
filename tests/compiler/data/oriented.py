"""Pictures with an orientation of EXIF in them, as cameras and other programs write it."""
import struct

import png_writer as png

TAG = 0x0112


def tiff(orientation, order="<", kind=3, count=1, before=0):
    """A table with the tag, behind so many others. order: of the bytes; kind: 3 short, 4 long."""
    value = struct.pack(order + ("H2x" if kind == 3 else "I"), orientation)
    tags = [struct.pack(order + "HHI4x", 0x0100 + number, 3, 1) for number in range(before)]
    tags.append(struct.pack(order + "HHI", TAG, kind, count) + value)
    return ((b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "IH", 8, len(tags))
            + b"".join(tags) + bytes(4))


def segment(data):
    """An APP1 segment of JPEG."""
    return b"\xff\xe1" + struct.pack(">H", len(data) + 2) + data


def without_exif(data):
    """The same JPEG without its APP1 segments, which stand before the tables."""
    at, kept = 2, data[:2]
    while data[at + 1] != 0xDB:
        end = at + 2 + int.from_bytes(data[at + 2:at + 4], "big")
        kept += b"" if data[at + 1] == 0xE1 else data[at:end]
        at = end
    return kept + data[at:]


def jpeg(data, orientation, **how):
    """data, a JPEG, with that orientation alone."""
    plain = without_exif(data)
    return plain[:2] + segment(b"Exif\0\0" + tiff(orientation, **how)) + plain[2:]


def png_with(data, orientation, **how):
    """data, a PNG, with a chunk eXIf before its end, where Pillow finds it too."""
    end = data.index(b"IEND") - 4
    return data[:end] + png.chunk(b"eXIf", tiff(orientation, **how)) + data[end:]


def turned(name, data, orientation, **how):
    return (jpeg if name.endswith(".jpg") else png_with)(data, orientation, **how)
