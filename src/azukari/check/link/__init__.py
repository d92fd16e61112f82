"""本人・家族情報連携状況 (2.6): what a payroll service pushes, and what becomes of it.

A push is kept record by record before anything is done about it.  Each is reflected in the
register by itself or by hand, in the order of its person; numbers wait in the vault meanwhile, and
nobody can read them back through the link.

- `events.py`: kinds of events, what an item may say, its problems (pure)
- `receiving.py`: a push comes in, once per key
- `reflecting.py`: records go into the register, or say why not
- `handling.py`: hold, retry, discard, name a 続柄 nobody knew
- `setting.py`: whether the company takes pushes, and what goes by itself
- `snapshot.py`: payroll's people as the link has told them so far, for 差分チェック
"""
