"""What strangers send as a picture of a document, made harmless.

A photo or PDF is decoded in a child process of its own, behind walls (`child.py`), and comes back
as plain JPEG pages, or is refused with a reason.  Nothing of the file itself is kept: no metadata,
no place, no script, no second file hidden behind the first.  Pure: knows neither Django nor tables.
"""
