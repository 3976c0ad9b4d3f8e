"""Computes the test vectors beside this file from the written protocol.

It needs Python's standard library alone and shares nothing with the implementation under test: HKDF is written out over
hmac, AES-256-GCM and CRC32C are written out in full, slow and plain. Run it in this directory to write the same files
again.
"""

import hashlib
import hmac
import json
import struct


def extract(salt, ikm):
    return hmac.new(salt, ikm, hashlib.sha256).digest()


def expand(secret, info, length):
    block, output, counter = b"", b"", 1
    while len(output) < length:
        block = hmac.new(secret, block + info + bytes([counter]), hashlib.sha256).digest()
        output += block
        counter += 1
    return output[:length]


def gf_double(x):
    return ((x << 1) ^ 0x1B) & 0xFF if x & 0x80 else x << 1


def make_sbox():
    # Walk the field with a generator and its inverse, then apply the affine map.
    sbox, p, q = [0] * 256, 1, 1
    while True:
        p = p ^ gf_double(p)
        q ^= q << 1
        q ^= q << 2
        q ^= q << 4
        q &= 0xFF
        if q & 0x80:
            q ^= 0x09
        rotated = [((q << n) | (q >> (8 - n))) & 0xFF for n in range(5)]
        sbox[p] = rotated[0] ^ rotated[1] ^ rotated[2] ^ rotated[3] ^ rotated[4] ^ 0x63
        if p == 1:
            break
    sbox[0] = 0x63
    return sbox


SBOX = make_sbox()


def round_keys(key):
    words, rcon = [list(key[i : i + 4]) for i in range(0, 32, 4)], 1
    for i in range(8, 60):
        word = list(words[i - 1])
        if i % 8 == 0:
            word = [SBOX[b] for b in word[1:] + word[:1]]
            word[0] ^= rcon
            rcon = gf_double(rcon)
        elif i % 8 == 4:
            word = [SBOX[b] for b in word]
        words.append([a ^ b for a, b in zip(words[i - 8], word)])
    return [sum(words[i : i + 4], []) for i in range(0, 60, 4)]


def aes_block(keys, block):
    state = [a ^ b for a, b in zip(block, keys[0])]
    for number in range(1, 15):
        state = [SBOX[state[(i + 4 * (i % 4)) % 16]] for i in range(16)]
        if number < 14:
            mixed = []
            for c in range(0, 16, 4):
                column = state[c : c + 4]
                for r in range(4):
                    a, b = column[r], column[(r + 1) % 4]
                    mixed.append(gf_double(a) ^ gf_double(b) ^ b ^ column[(r + 2) % 4] ^ column[(r + 3) % 4])
            state = mixed
        state = [a ^ b for a, b in zip(state, keys[number])]
    return bytes(state)


def gf_multiply(x, y):
    product = 0
    for bit in range(127, -1, -1):
        if (x >> bit) & 1:
            product ^= y
        y = (y >> 1) ^ (0xE1 << 120) if y & 1 else y >> 1
    return product


def aes_gcm_seal(key, nonce, aad, payload):
    keys = round_keys(key)
    h = int.from_bytes(aes_block(keys, bytes(16)), "big")
    sealed = b""
    for i in range(0, len(payload), 16):
        stream = aes_block(keys, nonce + struct.pack(">I", 2 + i // 16))
        sealed += bytes(a ^ b for a, b in zip(payload[i : i + 16], stream))
    digest = 0
    pad = lambda data: data + bytes(-len(data) % 16)
    data = pad(aad) + pad(sealed) + struct.pack(">QQ", 8 * len(aad), 8 * len(sealed))
    for i in range(0, len(data), 16):
        digest = gf_multiply(digest ^ int.from_bytes(data[i : i + 16], "big"), h)
    tag = digest ^ int.from_bytes(aes_block(keys, nonce + struct.pack(">I", 1)), "big")
    return sealed + tag.to_bytes(16, "big")


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def traffic_secret(case, direction, phase):
    secret = extract(b"scp1 epoch" + case["session"], case["initiatorRandom"] + case["acceptorRandom"])
    traffic = expand(secret, b"scp1 " + direction + struct.pack("<I", case["epoch"]), 32)
    for _ in range(phase):
        traffic = expand(traffic, b"scp1 next", 32)
    return traffic


def fill(seed, length):
    return b"".join(hashlib.sha256(seed.encode() + bytes([i])).digest() for i in range(length // 32 + 1))[:length]


def inputs(name, epoch):
    return {
        "session": fill(name + " session", 16),
        "epoch": epoch,
        "initiatorRandom": fill(name + " initiator", 32),
        "acceptorRandom": fill(name + " acceptor", 32),
    }


CASES = [inputs("first", 0), inputs("second", 1), inputs("third", 0x89ABCDEF)]


def key_schedule_vectors():
    for case in CASES:
        for direction in (b"i2a", b"a2i"):
            for phase in (0, 1, 2):
                traffic = traffic_secret(case, direction, phase)
                yield case | {
                    "direction": direction.decode(),
                    "phase": phase,
                    "traffic": traffic,
                    "key": expand(traffic, b"scp1 key", 32),
                    "iv": expand(traffic, b"scp1 iv", 12),
                }


def datagram_vectors():
    shapes = [(0, 0, 0), (1, 1, 1), (2, 0xFFFFFFFF, 64), (2, 0x1_0000_0000, 300), (0, 0x2A_1234_5678, 1088)]
    for kind, name in ((1, "sealed"), (2, "plain")):
        for case in CASES:
            for phase, number, length in shapes:
                traffic = traffic_secret(case, b"i2a", phase)
                key, iv = expand(traffic, b"scp1 key", 32), expand(traffic, b"scp1 iv", 12)
                nonce = iv[:4] + bytes(a ^ b for a, b in zip(iv[4:], struct.pack(">Q", number)))
                destination = 0x0123456789ABCDEF
                header = struct.pack(
                    "<BBHQI", 0x10 | kind, phase, case["epoch"] & 0xFFFF, destination, number & 0xFFFFFFFF
                )
                payload = fill("payload", length)
                body = (
                    aes_gcm_seal(key, nonce, header, payload)
                    if kind == 1
                    else payload + struct.pack("<I", crc32c(nonce + header + payload))
                )
                yield case | {
                    "kind": name,
                    "phase": phase,
                    "destination": f"{destination:016x}",
                    "packetNumber": number,
                    "payload": payload,
                    "datagram": header + body,
                }


def hello_vectors():
    limits = {
        "slots": 1024,
        "sessionWindow": 32 << 20,
        "streamWindow": 1 << 20,
        "streams": 1024,
        "idleTimeoutMs": 30000,
        "beatMs": 500,
    }
    positions = [
        {"stream": 0, "offset": 0, "credit": 1 << 20, "fin": False},
        {"stream": 5, "offset": 0x0102030405, "credit": 0x0203040506, "fin": False},
        {"stream": (1 << 62) - 1, "offset": 77, "credit": 77, "fin": True},
    ]
    for kind, name in enumerate(["Open", "Resume", "Join", "Accept"], start=1):
        session = bytes(16) if name == "Open" else fill("hello session", 16)
        token = b"" if name == "Open" else b"\x01" + session + fill("hello secret", 16)
        hello = {
            "kind": name,
            "flags": 0,
            "session": session,
            "destination": "fedcba9876543210",
            "epoch": 7 * kind,
            "lane": kind - 1,
            "random": fill("hello random", 32),
            "token": token,
            "positions": positions[: kind - 1],
        }
        body = b"SCP1" + bytes([1, 1, kind, 0]) + session
        body += struct.pack("<QIBBH", 0xFEDCBA9876543210, 7 * kind, kind - 1, 0, len(token)) + hello["random"]
        body += struct.pack("<IQQIII", *limits.values()) + token + struct.pack("<H", len(hello["positions"]))
        for position in hello["positions"]:
            body += struct.pack("<QQQB", *position.values())
        yield hello | limits | {"body": body}


def save(path, vectors):
    with open(path, "w", encoding="utf-8") as file:
        rows = [{k: v.hex() if isinstance(v, bytes) else v for k, v in vector.items()} for vector in vectors]
        json.dump(rows, file, indent=2)
        file.write("\n")


if __name__ == "__main__":
    # Appendix B of the GCM specification (test case 14) and the check value of CRC32C.
    assert aes_gcm_seal(bytes(32), bytes(12), b"", bytes(16)).hex() == (
        "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919"
    )
    assert crc32c(b"123456789") == 0xE3069283
    save("key-schedule.json", key_schedule_vectors())
    save("datagrams.json", datagram_vectors())
    save("hellos.json", hello_vectors())
