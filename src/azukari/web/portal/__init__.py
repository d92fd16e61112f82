"""従業員ポータル: where employees, and payees by a link, hand in numbers; phone first.

A door of its own (`web/doors.py`) without client certificate, its own table of routes
(`routes.py`), guard (`guard.py`), cookies and error pages.  Every text a person reads goes through
the catalogues in `texts/` (日本語 · English · やさしい日本語; `bin/texts`).
"""
