"""Computes frames.json and lane-frames.json from the written protocol.

It needs Python's standard library alone and shares nothing with the implementation under test. Run it in this directory
to write the same files again.

Each vector has the fields of a frame and its bytes; "also" lists other encodings of the same fields that a receiver must
take, "malformed" bytes that it must refuse.
"""

import json
import struct

from make_vectors import crc32c, fill

PART = 1088
MAX_VARINT = (1 << 62) - 1
ASCENDING = bytes(range(25))
TRACE = {"traceId": ASCENDING[:16].hex(), "spanId": ASCENDING[16:24].hex(), "flags": 1}
KINDS = {"Request": 0, "Reply": 1, "OneWay": 2, "ReliableOneWay": 3}
STATUSES = {"Ok": 0, "Failed": 1, "NotRun": 2, "Unknown": 3}


def varint(value, size=None):
    size = size or (1 if value < 1 << 6 else 2 if value < 1 << 14 else 4 if value < 1 << 30 else 8)
    return ((value << 2) | (size.bit_length() - 1)).to_bytes(size, "little")


def blob(data):
    return varint(len(data)) + data


def truncations(frame):
    """Every frame cut short is malformed; these are the cuts inside it."""
    return [frame[:length] for length in range(1, min(len(frame), 40))]


def vector(name, frame, fields, data, also=(), malformed=None):
    refused = truncations(data) if malformed is None else malformed
    return {"name": name, "frame": frame, "fields": fields, "hex": data, "also": list(also), "malformed": list(refused)}


def varint_vectors():
    for value in (0, 1, 63, 64, 16383, 16384, (1 << 30) - 1, 1 << 30, 1 << 61, MAX_VARINT):
        shortest = varint(value)
        longer = [varint(value, size) for size in (2, 4, 8) if size > len(shortest)]
        yield vector(str(value), "VarInt", {"value": value}, shortest, longer, truncations(shortest) + [b""])


def ack(largest, delay, ranges, recovered=(), first_type=None):
    kind = first_type or (3 if recovered else 2)
    data = bytes([kind]) + varint(largest) + varint(delay) + varint(len(ranges) - 1)
    data += varint(ranges[0][1] - ranges[0][0])
    for (above, _), (low, high) in zip(ranges, ranges[1:]):
        data += varint(above - high - 2) + varint(high - low)
    if recovered:
        data += varint(len(recovered))
        previous = largest
        for number in recovered:
            data += varint(previous - number)
            previous = number
    return data


def ack_vectors():
    cases = [
        ("one packet", 1, 0, [(1, 1)], []),
        ("one run", 1000, 250, [(901, 1000)], []),
        ("the closest gaps there are", 9, 1, [(9, 9), (7, 7), (5, 5), (1, 3)], []),
        ("far apart", 1 << 40, 5000, [((1 << 40) - 1, 1 << 40), (1, 7)], []),
        ("down to nothing", 70, 3, [(65, 70), (0, 63)], []),
        ("as many ranges as there may be", 64, 0, [(n, n) for n in range(64, 0, -2)], []),
        ("the largest number", MAX_VARINT, 0, [(MAX_VARINT, MAX_VARINT)], []),
        ("one recovered", 12, 40, [(11, 12), (3, 9)], [10]),
        ("several recovered", 500, 40, [(480, 500), (470, 477), (100, 400)], [479, 478, 469, 405]),
        ("as many recovered as there may be", 100, 0, [(100, 100), (1, 60)], list(range(99, 83, -1))),
    ]
    for name, largest, delay, ranges, recovered in cases:
        fields = {"largest": largest, "delayUs": delay, "ranges": ranges, "recovered": recovered}
        data = ack(largest, delay, ranges, recovered)
        yield vector(name, "Ack", fields, data)

    head = varint(10) + varint(0)
    yield vector(
        "bounds",
        "Ack",
        {"largest": 10, "delayUs": 0, "ranges": [[10, 10], [8, 8]], "recovered": []},
        b"\x02" + head + varint(1) + varint(0) + varint(0) + varint(0),
        [b"\x02" + varint(10, 8) + varint(0, 4) + varint(1, 2) + varint(0, 8) + varint(0, 2) + varint(0, 4)],
        [
            b"\x02" + head + varint(0) + varint(11),  # the first range reaches below 0
            b"\x02" + head + varint(1) + varint(0) + varint(9) + varint(0),  # the gap does
            b"\x02" + head + varint(1) + varint(0) + varint(0) + varint(9),  # the second range does
            b"\x02" + head + varint(1) + varint(0) + varint(MAX_VARINT) + varint(0),
            b"\x02" + head + varint(1) + varint(0) + varint(0) + varint(MAX_VARINT),
            b"\x02" + varint(100) + varint(0) + varint(32) + varint(0) + varint(0) * 64,  # one range too many
            b"\x02" + varint(100) + varint(0) + varint(MAX_VARINT) + varint(0),
            b"\x03" + head + varint(0) + varint(0) + varint(0),  # none recovered
            b"\x03" + varint(99) + varint(0) + varint(0) + varint(0) + varint(17) + varint(1) * 17,  # one too many
            b"\x03" + head + varint(0) + varint(0) + varint(2) + varint(1) + varint(0),  # the same twice
            b"\x03" + head + varint(0) + varint(0) + varint(1) + varint(11),  # below 0
        ],
    )


def parity(packet, covered, xor):
    data = bytes([4, len(covered)])
    previous = packet
    for number in covered:
        data += varint(previous - number)
        previous = number
    return data + blob(xor)


def record(payloads):
    longest = max(map(len, payloads))
    xor = bytes(2 + longest)
    for payload in payloads:
        padded = struct.pack("<H", len(payload)) + payload + bytes(longest - len(payload))
        xor = bytes(a ^ b for a, b in zip(xor, padded))
    return xor


def padded(seed, length):
    """A payload whose frames are one padding, so that a receiver that rebuilds it finds nothing wrong."""
    return b"\x00" + fill(seed, length)


def parity_vectors():
    cases = [
        ("a copy of one", 1001, [1000], [padded("a", 40)]),
        ("over four", 1010, [1009, 1008, 1006, 1001], [padded("a", 40), padded("b", 9), padded("c", 64), b""]),
        ("over eight", 2000, list(range(1990, 1982, -1)), [padded(str(n), n) for n in range(8)]),
        ("over an empty packet", 1300, [1000], [b""]),
    ]
    for name, packet, covered, payloads in cases:
        xor = record(payloads)
        yield vector(name, "Parity", {"packetNumber": packet, "covered": covered, "xor": xor.hex()}, parity(packet, covered, xor))

    xor = record([b"\x01"])
    good = parity(1001, [1000], xor)
    yield vector(
        "bounds",
        "Parity",
        {"packetNumber": 1001, "covered": [1000], "xor": xor.hex()},
        good,
        [bytes([4, 1]) + varint(1, 8) + varint(len(xor), 4) + xor],
        [
            bytes([4, 0]) + blob(xor),
            bytes([4, 9]) + varint(1) * 9 + blob(xor),
            bytes([4, 1]) + varint(0) + blob(xor),  # covers itself
            bytes([4, 2]) + varint(1) + varint(0) + blob(xor),  # covers one packet twice
            bytes([4, 1]) + varint(1002) + blob(xor),  # below 0
            bytes([4, 1]) + varint(1) + blob(b"\x01"),  # no room for a length
            bytes([4, 1]) + varint(1) + varint(len(xor) + 1) + xor,
            bytes([4, 1]) + varint(1) + varint(MAX_VARINT) + xor,
        ],
    )


def stream_vectors():
    yield vector("nothing yet", "StreamAck", {"stream": 0, "value": 0}, b"\x05" + varint(0) + varint(0))
    yield vector("far", "StreamAck", {"stream": 4097, "value": 1 << 33}, b"\x05" + varint(4097) + varint(1 << 33))
    yield vector("a window", "StreamCredit", {"stream": 5, "value": 1 << 20}, b"\x06" + varint(5) + varint(1 << 20))
    yield vector("a window", "SessionCredit", {"value": 32 << 20}, b"\x07" + varint(32 << 20))
    for code in (0, 0x0D, 0xFFFF):
        data = b"\x08" + varint(6) + varint(70000) + varint(code)
        bad = truncations(data) + [b"\x08" + varint(6) + varint(70000) + varint(0x10000)]
        yield vector(f"code {code}", "StreamReset", {"stream": 6, "value": 70000, "code": code}, data, [], bad)
        data = b"\x09" + varint(7) + varint(code)
        bad = truncations(data) + [b"\x09" + varint(7) + varint(0x10000), b"\x09" + varint(7) + varint(MAX_VARINT)]
        yield vector(f"code {code}", "StreamStop", {"stream": 7, "code": code}, data, [], bad)


def small_vectors():
    yield vector("the rest means nothing", "Padding", {}, b"\x00", [b"\x00\xff\x1f\x00"], [])
    yield vector("a ping", "Ping", {}, b"\x01", [], [])

    for slot, sequence in ((0, 1), (4095, MAX_VARINT), (64, 64)):
        data = b"\x0a" + varint(slot) + varint(sequence)
        bad = truncations(data) + [b"\x0a" + varint(4096) + varint(1), b"\x0a" + varint(0) + varint(0)]
        yield vector(f"{slot}.{sequence}", "Cancel", {"slot": slot, "sequence": sequence}, data, [], bad)

    for slots in (1, 1024, 4096):
        data = b"\x0b" + varint(slots)
        bad = truncations(data) + [b"\x0b" + varint(0), b"\x0b" + varint(4097), b"\x0b" + varint(MAX_VARINT)]
        yield vector(str(slots), "SlotCredit", {"slots": slots}, data, [], bad)

    yield vector("a challenge", "PathChallenge", {"data": "0123456789abcdef"}, bytes.fromhex("0c0123456789abcdef"))
    yield vector("its answer", "PathResponse", {"data": "0123456789abcdef"}, bytes.fromhex("0d0123456789abcdef"))

    for code, reason in ((0, ""), (9, "nothing was heard"), (5, "Grüße \U0001f600"), (0xFFFF, "x" * 256)):
        data = b"\x0e" + varint(code) + blob(reason.encode())
        bad = truncations(data) + [b"\x0e" + varint(0x10000) + blob(b""), b"\x0e" + varint(0) + blob(b"x" * 257)]
        yield vector(f"code {code}", "Close", {"code": code, "reason": reason}, data, [], bad)

    unknown = [bytes([first]) for first in [*range(0x0F, 0x20), *range(0x40, 0x100)]]
    yield vector("unknown types are refused", "Ping", {}, b"\x01", [], unknown)


def message(fields):
    several, reply = fields["parts"] > 1, fields["kind"] == "Reply"
    data = bytes([0x20 | KINDS[fields["kind"]] | (4 if several else 0)])
    data += varint(fields["slot"]) + varint(fields["sequence"])
    if several:
        data += bytes([fields["part"] << 4 | fields["parts"] - 1])
    if fields["part"] == 0:
        deadline, trace = fields.get("deadlineUs", 0), fields.get("trace")
        flags = fields["priority"] | (4 if deadline else 0) | (8 if trace else 0) | (0x40 if fields.get("urgent") else 0)
        flags |= STATUSES[fields.get("status", "Ok")] << 4
        data += bytes([flags])
        if not reply:
            data += varint(fields["topic"])
        elif fields["status"] != "Ok":
            data += varint(fields["code"])
        if deadline:
            data += varint(deadline)
        if trace:
            data += bytes.fromhex(trace["traceId"] + trace["spanId"]) + bytes([trace["flags"]])
    return data + blob(bytes.fromhex(fields["payload"]))


def request(**changes):
    fields = {"kind": "Request", "slot": 3, "sequence": 7, "part": 0, "parts": 1, "priority": 2, "topic": 42, "payload": "6869"}
    return {key: value for key, value in (fields | changes).items() if value is not None}


def message_vectors():
    whole = fill("message", 3 * PART - 100)
    part = [whole[:PART].hex(), whole[PART : 2 * PART].hex(), whole[2 * PART :].hex()]
    headless = {"priority": None, "topic": None}
    reply = {"kind": "Reply", "topic": None}
    cases = [
        ("the example of the page", request()),
        ("empty", request(payload="")),
        ("the highest of everything", request(slot=4095, sequence=MAX_VARINT, topic=0xFFFFFFFF, priority=3)),
        ("urgent", request(urgent=True)),
        ("with deadline", request(deadlineUs=1)),
        ("with a late deadline", request(deadlineUs=MAX_VARINT)),
        ("with trace", request(trace=TRACE)),
        ("with deadline and trace", request(deadlineUs=30_000_000, trace=TRACE, priority=0)),
        ("a one-way", request(kind="OneWay", priority=1)),
        ("a reliable one-way", request(kind="ReliableOneWay", topic=0)),
        ("a whole message of 1,088 bytes", request(payload=part[0])),
        ("a first part", request(parts=3, payload=part[0], deadlineUs=250_000)),
        ("a middle part", request(parts=3, part=1, payload=part[1], **headless)),
        ("a last part", request(parts=3, part=2, payload=part[2], **headless)),
        ("the eighth of eight parts", request(kind="OneWay", parts=8, part=7, payload="ff", **headless)),
        ("a reply", request(status="Ok", **reply)),
        ("a reply that failed", request(status="Failed", code=0x4001, **reply)),
        ("a reply that says not run", request(status="NotRun", code=0x0C, payload="", **reply)),
        ("a reply that says unknown", request(status="Unknown", code=0x0B, payload="", **reply)),
        ("the first part of a reply", request(status="Ok", parts=2, payload=part[0], **reply)),
    ]
    for name, fields in cases:
        yield vector(name, "Message", fields, message(fields))

    def whole_request(kind=0x20, slot=varint(3), sequence=varint(7), flags=2, topic=varint(42), rest=b"", payload=blob(b"hi")):
        return bytes([kind]) + slot + sequence + bytes([flags]) + topic + rest + payload

    id_ = varint(3) + varint(7)
    head = b"\x02" + varint(42)
    full = blob(whole[:PART])
    yield vector(
        "bounds",
        "Message",
        request(),
        message(request()),
        [whole_request(slot=varint(3, 8), sequence=varint(7, 4), topic=varint(42, 8), payload=varint(2, 8) + b"hi")],
        [
            whole_request(kind=0x28),
            whole_request(kind=0x30),
            whole_request(kind=0x38),
            whole_request(slot=varint(4096)),
            whole_request(slot=varint(1 << 16)),
            whole_request(sequence=varint(0)),
            whole_request(flags=0x82),
            whole_request(flags=0xC2),
            whole_request(flags=0x12),  # a request with a reply's status
            whole_request(topic=varint(1 << 32)),
            whole_request(flags=0x06, rest=varint(0)),  # no time left
            whole_request(flags=0x0A, rest=bytes(24), payload=b""),
            whole_request(payload=varint(3) + b"hi"),
            whole_request(payload=varint(MAX_VARINT) + b"hi"),
            b"\x21" + id_ + b"\x22" + varint(0x10000) + blob(b""),  # a code too large
            b"\x24" + id_ + b"\x00" + head + full,  # one part of one
            b"\x24" + id_ + b"\x08" + head + full,  # one of nine
            b"\x24" + id_ + b"\x22" + head + full,  # the third of three has no head: its length is then wrong
            b"\x24" + id_ + b"\x21" + blob(b"hi"),  # the third of two
            b"\x24" + id_ + b"\x01" + head + blob(whole[: PART - 1]),  # a first part too short
            b"\x24" + id_ + b"\x01" + head + blob(whole[: PART + 1]),  # and too long
            b"\x24" + id_ + b"\x11" + blob(b""),  # an empty last part
            b"\x24" + id_ + b"\x11" + blob(whole[: PART + 1]),
        ],
    )


def lane_frame(kind, body, checked=None, crc=None):
    prefix = bytes([kind]) + len(body).to_bytes(3, "little")
    sum_ = crc32c(prefix + body[: len(body) if checked is None else checked]) if crc is None else crc
    return prefix + struct.pack("<I", sum_) + body


def chunk(stream, offset, data, raw=None, priority=3, flags=0, zero=0):
    raw = len(data) if raw is None else raw
    return lane_frame(2, struct.pack("<BBHIQQ", flags, priority, zero, raw, stream, offset) + data, checked=24)


def too_long(kind, length):
    """A prefix is enough to refuse a frame for its length."""
    return bytes([kind]) + length.to_bytes(3, "little") + bytes(4)


def refused(data, error):
    return {"hex": data.hex(), "error": error}


def lane_vector(name, frame, fields, data, malformed=()):
    return {"name": name, "frame": frame, "fields": fields, "hex": data, "malformed": list(malformed)}


def chunk_vectors():
    data = fill("chunk", 200)
    cases = [
        ("a first chunk", {"stream": 0, "offset": 0, "priority": 3, "fin": False, "compressed": False}, data),
        ("an end", {"stream": 5, "offset": 1 << 40, "priority": 0, "fin": True, "compressed": False}, data[:1]),
        ("an empty one", {"stream": 6, "offset": 9, "priority": 1, "fin": True, "compressed": False}, b""),
        ("a compressed one", {"stream": 8, "offset": 64, "priority": 2, "fin": True, "compressed": True}, data),
        ("the last offset", {"stream": MAX_VARINT, "offset": MAX_VARINT - 1, "priority": 3, "fin": True, "compressed": False}, b""),
    ]
    for name, fields, body in cases:
        raw = 1000 if fields["compressed"] else len(body)
        flags = (1 if fields["fin"] else 0) | (2 if fields["compressed"] else 0)
        encoded = chunk(fields["stream"], fields["offset"], body, raw, fields["priority"], flags)
        yield lane_vector(name, "Chunk", fields | {"rawLength": raw, "data": body.hex()}, encoded)

    good = chunk(0, 0, b"hi")
    yield lane_vector(
        "bounds",
        "Chunk",
        {"stream": 0, "offset": 0, "priority": 3, "fin": False, "compressed": False, "rawLength": 2, "data": "6869"},
        good,
        [
            refused(chunk(0, 0, b"hi", flags=4), "Malformed"),
            refused(chunk(0, 0, b"hi", priority=4), "Malformed"),
            refused(chunk(0, 0, b"hi", zero=1), "Malformed"),
            refused(chunk(0, 0, b"hi", raw=3), "Malformed"),
            refused(chunk(0, 0, b"", raw=3, flags=2), "Malformed"),
            refused(chunk(0, 0, b"hi", raw=0, flags=2), "Malformed"),
            refused(chunk(MAX_VARINT + 1, 0, b"hi"), "Malformed"),
            refused(chunk(0, 0, b"hi", raw=65537, flags=2), "LimitExceeded"),
            refused(chunk(0, MAX_VARINT - 2, b"hi"), "LimitExceeded"),
            refused(chunk(0, (1 << 64) - 1, b"hi"), "LimitExceeded"),
            refused(good[:-6] + b"\x01" + good[-5:], "Malformed"),  # a damaged header
            refused(good[:4] + bytes(4) + good[8:], "Malformed"),  # a wrong sum
        ],
    )


def lane_vectors():
    yield lane_vector("opaque here", "Hello", {"body": "53435031ff"}, lane_frame(1, bytes.fromhex("53435031ff")))
    yield lane_vector("longer", "Hello", {"body": fill("hello", 300).hex()}, lane_frame(1, fill("hello", 300)))
    yield from chunk_vectors()
    for number, frames in ((1, b"\x01"), (MAX_VARINT, b""), (77, fill("packet", 1200))):
        fields = {"number": number, "frames": frames.hex()}
        yield lane_vector(f"packet {number}", "Packet", fields, lane_frame(3, struct.pack("<Q", number) + frames))
    for kind, name in ((4, "Ping"), (5, "Pong")):
        opaque = 0x0123456789ABCDEF
        yield lane_vector(name, name, {"number": opaque}, lane_frame(kind, struct.pack("<Q", opaque)))
    for code, reason in ((0, b""), (7, "gone".encode()), (0xFFFF, b"x" * 256)):
        fields = {"code": code, "reason": reason.decode()}
        yield lane_vector(f"close {code}", "Close", fields, lane_frame(6, struct.pack("<H", code) + reason))

    ping = lane_frame(4, bytes(8))
    yield lane_vector(
        "bounds",
        "Ping",
        {"number": 0},
        ping,
        [
            refused(lane_frame(0, b""), "Malformed"),
            refused(lane_frame(7, bytes(8)), "Malformed"),
            refused(lane_frame(0xFF, b""), "Malformed"),
            refused(lane_frame(4, bytes(7)), "Malformed"),
            refused(too_long(4, 9), "LimitExceeded"),
            refused(too_long(1, 32769), "LimitExceeded"),
            refused(lane_frame(2, bytes(23)), "Malformed"),
            refused(too_long(2, 24 + 65537), "LimitExceeded"),
            refused(lane_frame(3, bytes(7)), "Malformed"),
            refused(too_long(3, 8 + 8953), "LimitExceeded"),
            refused(lane_frame(6, bytes(1)), "Malformed"),
            refused(too_long(6, 2 + 257), "LimitExceeded"),
            refused(lane_frame(4, bytes(8), crc=0), "Malformed"),
            refused(ping[:-1] + b"\x01", "Malformed"),
        ],
    )


def plain(value):
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, (list, tuple)) else value


def save(path, vectors):
    with open(path, "w", encoding="utf-8") as file:
        rows = ",\n".join("  " + json.dumps(plain(row), ensure_ascii=False) for row in vectors)
        file.write(f"[\n{rows}\n]\n")


if __name__ == "__main__":
    save(
        "frames.json",
        [
            *varint_vectors(),
            *small_vectors(),
            *ack_vectors(),
            *parity_vectors(),
            *stream_vectors(),
            *message_vectors(),
        ],
    )
    save("lane-frames.json", lane_vectors())
