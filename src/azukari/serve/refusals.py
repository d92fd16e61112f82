"""Why an installation cannot be used; each text tells the person at the terminal what to do."""


class Unavailable(Exception):
    """The installation cannot be used as it is; the message says in Japanese what to do."""


class UnsafeRole(Unavailable):
    """The runtime role could see other tenants' rows."""


class MigrationsPending(Unavailable):
    """Tables are older than the program, and nobody gave the owner's URL to change them."""


class DatabaseUnreachable(Unavailable):
    """A database does not answer, or does not let us in."""


class CertificateUnusable(Unavailable):
    """The server certificate or its key, given by the host, cannot be read."""
