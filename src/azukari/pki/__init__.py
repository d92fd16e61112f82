"""Our own certificate authority, PKCS #12 files, and Ed25519 signatures.

Beside the vault this is the only place that imports `cryptography`. Nothing here knows of
contracts or databases; whether a certificate still counts is decided by its row, not here.
"""
