"""The strong room: everything that must one day be destroyed is a deposit here.

A deposit (an individual number, a file that holds numbers, a sign-in secret) is sealed under a
key of its own, the cell key.  Cell keys are wrapped under bucket keys, bucket keys under the
ring, and only the ring is kept out of history, so that a destroyed deposit stays destroyed
whatever backups exist (docs/developer/vault.md).  番号法 第12条, 特定個人情報ガイドライン
(事業者編) 別添1 2F.

Other rooms enter by `azukari.vault.door` only.
"""
