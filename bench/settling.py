"""What PostgreSQL does by itself some minutes after much was written, done at once."""

import os
from pathlib import Path

import psycopg

from azukari.serve.postgres import Cluster


def settle() -> None:
    """So that the aftermath of a filling, a checkpoint and autovacuum, is not measured with what
    follows: a register that is worked with was filled long ago.
    """
    cluster = Cluster(Path(os.environ["AZUKARI_DATA"]))
    for variable in ("AZUKARI_DATABASE_URL", "AZUKARI_KEYS_DATABASE_URL"):
        database = os.environ[variable].rpartition("/")[2]
        with psycopg.connect(cluster.superuser_url(database), autocommit=True) as superuser:
            superuser.execute("VACUUM ANALYZE")
            superuser.execute("CHECKPOINT")
