import hashlib


def handler(event, context):
    hashlib.sha256(b"order").hexdigest()
    hashlib.md5(b"order", usedforsecurity=False).hexdigest()
    return hashlib.md5(b"order").hexdigest()  # expect: SAS-7.19 `hashlib.md5` (MD5 or SHA-1) is broken: two texts with the same hash can be made, and passwords guessed fast
