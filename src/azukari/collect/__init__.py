"""収集: people are asked for their numbers, hand them in with proof, and somebody checks.

Manual section 2.7 and the option box of 1.2 (Web収集).  番号法 第14条 (asking), 第15条 (only for
affairs that need it), 第16条 (本人確認), 第20条 (nothing is kept that is not needed).

- `rules.py`: states of 依頼 and 申請, reasons, problems; who may do what next (pure)
- `papers.py`: kinds of documents, what each settles, what is missing (pure)
- `terms.py`, `setting.py`: 個人番号申請機能設定: the terms, and `terms_on(day)`
- `whom.py`: whom a number may be asked of, for which purposes, by which provision
- `requesting/`: ask, remind, send again, call back, end what is over
- `links.py`: single-use links: in the scope of `places.by_token(token)`, `look` and `use`
- `applicant.py`: `applicant_actor(contract_id, person)`: the actor for all verbs of an applicant
- `applying/`: `start`, `start_own`, `see_purposes`, `put_number`, `add_document`,
  `remove_document`, `sign_power_of_attorney`, `attest`, `leave_out`, `what_is_missing`, `submit`,
  `withdraw`, `decline`
- `reviewing/`: `open_document`, `compare`, `approve`, `give_back`, `reject`, `approve_many`
- `own.py`: what an applicant sees: `open_requests`, `applications_of`, `steps_of`, `uses_of` …
- `clearing.py`: numbers and papers are destroyed, the fact stays
- `announcing.py`, `outbox.py`: which mail follows on which event, and its way out

Numbers wait in the vault bound to their item (`door.deposit_waiting`) until `door.adopt` re-binds
them to the person on approval, without anybody reading them.
"""
