"""Statutory forms as data (法定届書): pure layouts in, bytes or problems out.

`engine` knows how a fixed-order file is written, read back and checked; `catalog` holds one folder
per form and edition with its layouts, code tables, sources and golden output. A new record or a
new edition is a new folder or YAML file, never an `if` in an old one. No Django, no models here.
"""
