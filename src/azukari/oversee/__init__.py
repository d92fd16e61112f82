"""運用確認: what went wrong and what was done about it, what is handled and by whom, each month
looked at (特定個人情報ガイドライン(事業者編) 別添1 2C c, d, e; 別添2).
"""
