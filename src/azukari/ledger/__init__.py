"""台帳: what happened, append-only and provable to a stranger.

Every handling of an individual number is one record; the records of one company (or contract)
are the leaves of one Merkle tree (RFC 6962 / RFC 9162 hashing) whose head is signed in the C2SP
checkpoint format. Two pens write: `pens.write` joins the running transaction (changes),
`pens.before_open` commits by itself first (readings), so that an aborted reading leaves its trace.
Duty: 番号法 第12条, 特定個人情報ガイドライン (取扱規程等に基づく運用の記録).
"""
