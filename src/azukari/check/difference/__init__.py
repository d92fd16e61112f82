"""給与計算サービス情報との差分チェック (2.5): what payroll says of people, and what we keep.

A side is a file of any payroll, or what the link has pushed.  Numbers are never part of it: a
column of numbers in a file is not read.
"""
