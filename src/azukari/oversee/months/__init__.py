"""月次確認: what was unusual in a month, what was found out about it, and the officer's sign-off.

特定個人情報ガイドライン(事業者編) 別添1 2C e (handling is looked at regularly) and 2F c
(logs are analysed regularly).
"""
