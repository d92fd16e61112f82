"""登録・保管: people, their families and the handle of their number.

Manual 2.1 個人番号(本人), 2.2 個人番号(家族), 2.3 一括登録・変更.  番号法 第14条–第16条, 第20条.
A person's row never holds a number, only the id of the deposit in the vault.
"""
