"""Envelopes between this crate and Python's libraries.

    python interop.py write DIR          writes the envelopes that the tests read
    python interop.py verify FILE KEY    checks an envelope with pyca/cryptography
    python interop.py ssl FILE KEY ID    checks one that has a key id with securesystemslib
"""

import base64
import json
import pathlib
import sys

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

HERE = pathlib.Path(__file__).parent
TYPE = "application/vnd.in-toto+json"
DIGEST = bytes([1] * 32)
STATEMENT = json.dumps(
    {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"name": "orders.zip", "digest": {"sha256": DIGEST.hex()}}],
        "predicateType": "urn:faasguard:package:1",
        "predicate": {
            "package": {"name": "orders.zip", "codeSha256": base64.b64encode(DIGEST).decode()},
            "layers": [],
            "time": "2026-11-26T10:00:00Z",
        },
    },
    indent=1,
).encode()


def pae(kind, payload):
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind.encode(), len(payload), payload)


def write(folder):
    from securesystemslib.dsse import Envelope
    from securesystemslib.signer import CryptoSigner

    for name in ("ed25519", "p256"):
        key = serialization.load_pem_private_key((HERE / f"{name}.pem").read_bytes(), None)
        message = pae(TYPE, STATEMENT)
        scheme = [ec.ECDSA(hashes.SHA256())] if name == "p256" else []
        envelope = {
            "payload": base64.urlsafe_b64encode(STATEMENT).decode(),
            "payloadType": TYPE,
            "signatures": [{"keyid": name, "sig": base64.b64encode(key.sign(message, *scheme)).decode()}],
        }
        (folder / f"python-{name}.json").write_text(json.dumps(envelope))
        other = Envelope(STATEMENT, TYPE, {})
        other.sign(CryptoSigner(key))
        (folder / f"securesystemslib-{name}.json").write_text(json.dumps(other.to_dict()))


def verify(file, key):
    envelope = json.loads(pathlib.Path(file).read_text())
    key = serialization.load_pem_public_key(pathlib.Path(key).read_bytes())
    payload = base64.b64decode(envelope["payload"])
    signature = base64.b64decode(envelope["signatures"][0]["sig"])
    scheme = [] if isinstance(key, ed25519.Ed25519PublicKey) else [ec.ECDSA(hashes.SHA256())]
    key.verify(signature, pae(envelope["payloadType"], payload), *scheme)
    print("verified", json.loads(payload)["subject"][0]["name"])


def ssl(file, key, key_id):
    from securesystemslib.dsse import Envelope
    from securesystemslib.signer import SSlibKey

    key = serialization.load_pem_public_key(pathlib.Path(key).read_bytes())
    envelope = Envelope.from_dict(json.loads(pathlib.Path(file).read_text()))
    print("verified", list(envelope.verify([SSlibKey.from_crypto(key, keyid=key_id)], 1)))


{"write": lambda folder: write(pathlib.Path(folder)), "verify": verify, "ssl": ssl}[sys.argv[1]](*sys.argv[2:])
