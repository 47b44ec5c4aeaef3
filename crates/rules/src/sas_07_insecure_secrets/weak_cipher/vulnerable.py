from cryptography.hazmat.primitives.ciphers import algorithms


def handler(event, context):
    algorithms.AES(b"0" * 32)
    return algorithms.TripleDES(b"0" * 24)  # expect: SAS-7.21 `cryptography.hazmat.primitives.ciphers.algorithms.TripleDES` (DES, RC2, RC4, Blowfish or the like) is broken: what it hides can be read or changed
