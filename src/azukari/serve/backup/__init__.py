"""Backups: made while the service runs, verified, restored, and proved to be restorable.

What is in one, and what never is: `archive.py`.  For hosts: docs/host/backup.md.
"""
