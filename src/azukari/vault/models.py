"""Tables of the vault: sealed deposits in the main database, their keys in the key store."""

from django.db import models
from django.utils import timezone


class Cell(models.Model):
    """A deposit, sealed.  Its key is elsewhere.  With `version` 2 its bytes lie in pieces."""

    id = models.UUIDField(primary_key=True)
    realm = models.UUIDField()
    kind = models.CharField(max_length=16)
    subject = models.UUIDField()
    version = models.PositiveSmallIntegerField(default=1)
    ciphertext = models.BinaryField()
    commitment = models.BinaryField()
    created_at = models.DateTimeField(default=timezone.now)
    destroy_at = models.DateTimeField(null=True)  # files always have an end

    class Meta:
        db_table = "vault_cell"
        indexes = [
            models.Index(fields=["realm", "kind"], name="vault_cell_kind"),
            models.Index(
                fields=["realm", "destroy_at"],
                condition=models.Q(destroy_at__isnull=False),
                name="vault_cell_due",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(kind="file") | models.Q(destroy_at__isnull=False),
                name="vault_cell_file_ends",
            )
        ]


class Piece(models.Model):
    """A part of a long file, sealed under the key of its cell; goes together with that."""

    pk = models.CompositePrimaryKey("realm", "cell", "number")
    realm = models.UUIDField()
    cell = models.UUIDField()
    number = models.PositiveIntegerField()  # from 0
    ciphertext = models.BinaryField()

    class Meta:
        db_table = "vault_piece"


class Tombstone(models.Model):
    """A destroyed deposit: that it was, never what it held.  Ids here are never used again."""

    cell = models.UUIDField(primary_key=True)
    realm = models.UUIDField()
    kind = models.CharField(max_length=16)
    buried_at = models.DateTimeField(default=timezone.now)
    keys_destroyed_at = models.DateTimeField(null=True)
    # The batch in which the ring counts it: counted when `Ring.batches` has reached that number.
    counted_in = models.BigIntegerField(null=True)

    class Meta:
        db_table = "vault_tombstone"
        indexes = [
            models.Index(
                fields=["realm"],
                condition=models.Q(counted_in__isnull=True),
                name="vault_tombstone_uncounted",
            ),
            models.Index(
                fields=["counted_in"],
                condition=models.Q(counted_in__isnull=False),
                name="vault_tombstone_counted",
            ),
        ]


class Generation(models.Model):
    """The day on which a ring generation was settled, for the dates on certificates."""

    number = models.BigIntegerField(primary_key=True)
    settled_on = models.DateField()

    class Meta:
        db_table = "vault_generation"


class BucketRow(models.Model):
    id = models.UUIDField(primary_key=True)
    realm = models.UUIDField()
    generation = models.BigIntegerField()
    sealed = models.BinaryField()
    cells = models.PositiveIntegerField()
    kind = models.CharField(max_length=16, default="number")

    class Meta:
        db_table = "vault_bucket"
        indexes = [models.Index(fields=["realm", "kind", "cells"], name="vault_bucket_room")]


class CellKeyRow(models.Model):
    cell = models.UUIDField(primary_key=True)
    realm = models.UUIDField()
    bucket = models.UUIDField(db_index=True)
    wrapped = models.BinaryField()
    # The inserting transaction, filled by the database: lets a reader ask for "all since".
    tx = models.BigIntegerField()
    made_at = models.DateTimeField()

    class Meta:
        db_table = "vault_cell_key"
        indexes = [models.Index(fields=["realm", "tx"], name="vault_cell_key_since")]


class RealmKeyRow(models.Model):
    realm = models.UUIDField(primary_key=True)
    generation = models.BigIntegerField()
    sealed = models.BinaryField()

    class Meta:
        db_table = "vault_realm_key"


class CountRow(models.Model):
    """One row: how far the ring had counted when this key store last heard of it.

    An old copy of the key store put back is behind the ring, and so it is noticed.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    batches = models.BigIntegerField()

    class Meta:
        db_table = "vault_count"
