import ssl

context = ssl.create_default_context()
context.minimum_version = ssl.TLSVersion.TLSv1  # expect: SAS-3.32 `ssl.TLSVersion.TLSv1` (a version before TLS 1.2) allows a version that is broken: whoever stands between reads what is sent
