"""廃棄: a number is destroyed for good, and that it was can be proved.

Manual step 6 and 2.1.2/2.2.2 (削除).  番号法 第20条, 特定個人情報ガイドライン(事業者編) 別添1 2E d.
"""
