# SPDX-License-Identifier: Apache-2.0
"""Verifies what a server signed with RS256 (RFC 7515, RFC 8017 8.2.2) with nothing but whole numbers, so that no
library of the server's has a part in it."""

import base64
import hashlib
import json

SHA256_INFO = bytes.fromhex("3031300d060960864801650304020105000420")  # RFC 8017 9.2, note 1


def decode(text):
    """base64url without padding; anything else is a ValueError."""
    if not text or set(text) - set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"):
        raise ValueError(f"no base64url: {text!r}")
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def encode(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def thumbprint(key):
    """RFC 7638 of an RSA key."""
    text = json.dumps({name: key[name] for name in ("e", "kty", "n")}, separators=(",", ":"), sort_keys=True)
    return encode(hashlib.sha256(text.encode()).digest())


def signature_good(key, signed, signature):
    """RSASSA-PKCS1-v1_5 with SHA-256: the whole padded block is compared."""
    n, e = (int.from_bytes(decode(key[name]), "big") for name in ("n", "e"))
    size = (n.bit_length() + 7) // 8
    if len(signature) != size:
        return False
    tail = b"\x00" + SHA256_INFO + hashlib.sha256(signed).digest()
    wanted = b"\x00\x01" + b"\xff" * (size - 2 - len(tail)) + tail
    return pow(int.from_bytes(signature, "big"), e, n).to_bytes(size, "big") == wanted


def verify(token, keys):
    """(header, payload) of a token that one of the published keys signed; else an AssertionError."""
    header, payload, signature = token.split(".")
    head = json.loads(decode(header))
    named = [key for key in keys if key["kid"] == head["kid"]]
    assert len(named) == 1, f"{len(named)} keys are named {head['kid']}"
    assert signature_good(named[0], f"{header}.{payload}".encode(), decode(signature)), "the signature is wrong"
    return head, json.loads(decode(payload))
