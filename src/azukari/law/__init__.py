"""What the law and the notation say: pure rules, no Django, no tables, no clock.

Statutes named in this room: 番号法 = 平成25年法律第27号, 施行令 = 平成26年政令第155号.
"""
