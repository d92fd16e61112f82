"""一括登録・変更: a file of many people, read, checked row by row, and applied in chunks.

Reading (`encoding`, `headings`, `cells`, `rows`, `reading`) is pure: the check and the later
application read the same bytes and come to the same rows.  Only `comparison`, `storing`, `work`
and `actions` know the register, the vault and the ledger.
"""
