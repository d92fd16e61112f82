"""取扱状況: what files of numbers there are, who may get at them, and who does.

特定個人情報ガイドライン(事業者編) 別添1 2C c: a means to see how files of numbers are handled, with
their kinds and names, who is responsible, purposes, disposal and who has access; no number in it.
"""
