"""Tables of the ledger. A realm is the id of a company, or of a contract for what concerns it.

Leaves, subtrees and checkpoints are only ever added; an outbox row lives until the sequencer has
put it into the tree. Beside the body a leaf repeats what lists are filtered by; `verify` compares.
"""

from typing import Any, ClassVar

from django.db import models


class Outbox(models.Model):
    """Records written down (durable when their transaction is) and not yet in the tree."""

    id = models.BigAutoField(primary_key=True)
    realm = models.UUIDField()
    body = models.TextField()
    at = models.DateTimeField()

    class Meta:
        db_table = "ledger_outbox"
        indexes: ClassVar[list[Any]] = [models.Index(fields=["realm", "id"], name="outbox_realm")]

    def __str__(self) -> str:
        return f"{self.realm} outbox {self.id}"


class Leaf(models.Model):
    """One record in the tree: `leaf_hash` = SHA-256(0x00 || body in UTF-8)."""

    pk = models.CompositePrimaryKey("realm", "index")
    realm = models.UUIDField()
    index = models.BigIntegerField()
    body = models.TextField()
    leaf_hash = models.BinaryField()
    at = models.DateTimeField()
    action = models.CharField(max_length=32)
    actor = models.UUIDField(null=True)

    class Meta:
        db_table = "ledger_leaf"
        indexes: ClassVar[list[Any]] = [
            # Every further index costs a run of a million leaves a second; lists for an actor or
            # an action are read along this one.
            models.Index(
                fields=["realm", "at", "index"], include=["actor", "action"], name="leaf_at"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.realm} leaf {self.index}"


class Mention(models.Model):
    """Which leaves are about a person (row-level security leaves a GIN index unused)."""

    pk = models.CompositePrimaryKey("realm", "subject", "index")
    realm = models.UUIDField()
    subject = models.UUIDField()
    index = models.BigIntegerField()

    class Meta:
        db_table = "ledger_mention"

    def __str__(self) -> str:
        return f"{self.realm} {self.subject} in leaf {self.index}"


class Subtree(models.Model):
    """Hash of a complete subtree of 2^level leaves, for the kept levels above the leaves."""

    pk = models.CompositePrimaryKey("realm", "level", "index")
    realm = models.UUIDField()
    level = models.SmallIntegerField()
    index = models.BigIntegerField()
    hash = models.BinaryField()

    class Meta:
        db_table = "ledger_subtree"

    def __str__(self) -> str:
        return f"{self.realm} subtree {self.level}/{self.index}"


class Tree(models.Model):
    """Present size and frontier of a realm's tree; the only row that changes."""

    realm = models.UUIDField(primary_key=True)
    size = models.BigIntegerField()
    frontier = models.BinaryField()

    class Meta:
        db_table = "ledger_tree"

    def __str__(self) -> str:
        return f"{self.realm} tree of {self.size}"


class Checkpoint(models.Model):
    """Signed heads, one per size."""

    pk = models.CompositePrimaryKey("realm", "size")
    realm = models.UUIDField()
    size = models.BigIntegerField()
    root = models.BinaryField()
    note = models.TextField()
    at = models.DateTimeField()

    class Meta:
        db_table = "ledger_checkpoint"

    def __str__(self) -> str:
        return f"{self.realm} checkpoint at {self.size}"
