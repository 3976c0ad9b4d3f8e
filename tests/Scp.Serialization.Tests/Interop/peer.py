"""The other side of the interoperability tests: msgpack for Python, over frames on stdin and stdout.

A frame is a length (u32, little-endian) and as many bytes. A request is one byte of command and its argument:

  D bytes   decode, describe and encode again       -> two frames: text, bytes
  S bytes   the same, floats encoded as singles     -> two frames: text, bytes
  G seed    generate a value, doubles only          -> two frames: text, bytes
  H seed    generate a value, singles only          -> two frames: text, bytes

Text that begins with "!" says why the bytes were refused.
"""

import random
import struct
import sys

import msgpack


class Pairs(dict):
    """A map as it stands on the wire: in order, with keys of any type and as often as they come."""

    def __init__(self, pairs):
        super().__init__()
        self.pairs = pairs

    def __len__(self):
        return len(self.pairs)

    def items(self):
        return self.pairs


class Ext:
    """An extension of any type, the reserved ones included, which msgpack.ExtType does not hold."""

    def __init__(self, code, data):
        self.code = code
        self.data = data


def describe(value):
    if value is None:
        return "n"
    if value is True:
        return "t"
    if value is False:
        return "f"
    if isinstance(value, int):
        return "i%d" % value
    if isinstance(value, float):
        return "d" + struct.pack(">d", value).hex()
    if isinstance(value, str):
        return "s" + value.encode("utf-8").hex()
    if isinstance(value, bytes):
        return "b" + value.hex()
    if isinstance(value, msgpack.Timestamp):
        return "T%d.%d" % (value.seconds, value.nanoseconds)
    if isinstance(value, (Ext, msgpack.ExtType)):
        return "x%d:%s" % (value.code, value.data.hex())
    if isinstance(value, Pairs):
        return "{" + "".join(describe(key) + "," + describe(item) + "," for key, item in value.items()) + "}"
    return "[" + "".join(describe(item) + "," for item in value) + "]"


def decode(data):
    return msgpack.unpackb(
        data, raw=False, strict_map_key=False, use_list=True, object_pairs_hook=Pairs, ext_hook=Ext)


def encode(value, singles):
    return msgpack.packb(
        value,
        use_bin_type=True,
        use_single_float=singles,
        default=lambda ext: msgpack.ExtType(ext.code, ext.data))


EDGE_SIZES = [0, 1, 2, 4, 8, 15, 16, 17, 31, 32, 33, 255, 256, 257]
ALPHABETS = ["abcXYZ012 _", "äöüßéñø", "日本語中文字", "😀🚀🧪", "aé日😀\0\x7f"]


class Generator:
    def __init__(self, seed, singles):
        self.random = random.Random(seed)
        self.singles = singles

    def size(self, most):
        r = self.random
        return min(most, r.choice(EDGE_SIZES) if r.randrange(3) == 0 else r.randrange(6))

    def integer(self):
        r = self.random
        value = (1 << r.randrange(65)) + r.randrange(-2, 3) if r.randrange(2) else r.getrandbits(64) >> r.randrange(64)
        return max(-(1 << 63), min((1 << 64) - 1, -value if r.randrange(2) else value))

    def number(self):
        bits = self.random.getrandbits(32 if self.singles else 64)
        value = struct.unpack(">f", struct.pack(">I", bits))[0] if self.singles else struct.unpack(">d", struct.pack(">Q", bits))[0]
        return 0.5 if value != value else value

    def timestamp(self):
        r = self.random
        seconds = r.choice([r.getrandbits(32), r.getrandbits(34), (1 << r.randrange(31, 36)) - r.randrange(2), -r.getrandbits(40)])
        return msgpack.Timestamp(seconds, r.choice([0, r.randrange(10**9)]))

    def value(self, depth=4):
        r = self.random
        kind = r.randrange(12 if depth > 0 else 9)
        if kind == 0:
            return None
        if kind == 1:
            return r.randrange(2) == 0
        if kind <= 4:
            return self.integer()
        if kind == 5:
            return self.number()
        if kind == 6:
            alphabet = r.choice(ALPHABETS)
            return "".join(r.choice(alphabet) for _ in range(self.size(300)))
        if kind == 7:
            return r.randbytes(self.size(300))
        if kind == 8:
            return self.timestamp() if r.randrange(2) else msgpack.ExtType(r.randrange(128), r.randbytes(self.size(40)))
        if kind <= 10:
            return [self.value(depth - 2) for _ in range(self.size(20))]
        return Pairs([(self.value(depth - 2), self.value(depth - 2)) for _ in range(self.size(18))])


def answer(command, argument):
    singles = command in b"SH"
    if command in b"GH":
        value = Generator(int.from_bytes(argument, "little"), singles).value()
        return describe(value), encode(value, singles)
    try:
        value = decode(argument)
        text = describe(value)
    except Exception as refusal:
        return "!%s %s" % (type(refusal).__name__, refusal), b""
    try:
        return text, encode(value, singles)
    except ValueError:
        # Reserved extension types can be read but not written by this library.
        return text, b""


def main():
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    while True:
        header = source.read(4)
        if len(header) < 4:
            return
        request = source.read(struct.unpack("<I", header)[0])
        text, data = answer(request[:1], request[1:])
        text = text.encode("ascii", "replace")
        sink.write(struct.pack("<I", len(text)) + text + struct.pack("<I", len(data)) + data)
        sink.flush()


main()
