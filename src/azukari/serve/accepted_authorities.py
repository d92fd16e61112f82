"""Telling browsers whose certificates we take, so that they offer only those.

In the handshake a server may name the authorities it accepts (RFC 8446 §4.2.4); a browser then
lists only fitting certificates, and none of another service can be picked by mistake, which TLS
could answer only with a dead error. CPython's `ssl` has no way to set these names (seen with
3.11 and OpenSSL 3.0: `load_verify_locations` sends none, and OpenSSL ignores `ClientCAFile` in a
system-wide configuration), hence the one call into libssl that `ssl` leaves out.
"""

import _ssl
import ctypes
import logging
import platform
import ssl
import sys
from collections.abc import Iterable

logger = logging.getLogger(__name__)

# `PySSLContext` has begun with its `SSL_CTX *` since CPython 3.6 (Modules/_ssl.c).
_KNOWN_LAYOUT = (3, 11) <= sys.version_info < (3, 15)


def name_accepted_authorities(context: ssl.SSLContext, certificates: Iterable[bytes]) -> bool:
    """Have `context` send the subjects of these DER certificates when it asks for one.

    False when this Python gives no way to it; everything else still works, browsers then simply
    offer all certificates they hold.
    """
    library = _libssl()
    if library is None:
        logger.warning("this Python cannot name the accepted authorities to browsers")
        return False
    pointer = ctypes.c_void_p.from_address(id(context) + object.__basicsize__)
    if library.SSL_CTX_get_options(pointer) != context.options:
        logger.warning("the TLS context is not where this Python should keep it")
        return False
    named = [_add(library, pointer, der) for der in certificates]
    return all(named)


def _libssl() -> ctypes.CDLL | None:
    if platform.python_implementation() != "CPython" or not _KNOWN_LAYOUT:
        return None
    try:
        library = ctypes.CDLL(getattr(_ssl, "__file__", None))
        library.SSL_CTX_get_options.argtypes = [ctypes.c_void_p]
        library.SSL_CTX_get_options.restype = ctypes.c_uint64
        library.SSL_CTX_add_client_CA.argtypes = [ctypes.c_void_p, ctypes.c_void_p]
        library.d2i_X509.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_long]
        library.d2i_X509.restype = ctypes.c_void_p
        library.X509_free.argtypes = [ctypes.c_void_p]
        library.X509_free.restype = None
    except (OSError, AttributeError):
        return None
    return library


def _add(library: ctypes.CDLL, pointer: ctypes.c_void_p, der: bytes) -> bool:
    begin = ctypes.cast(ctypes.c_char_p(der), ctypes.c_void_p)
    certificate = library.d2i_X509(None, ctypes.byref(begin), len(der))
    if not certificate:
        return False
    try:
        return bool(library.SSL_CTX_add_client_CA(pointer, certificate) == 1)
    finally:
        library.X509_free(certificate)
