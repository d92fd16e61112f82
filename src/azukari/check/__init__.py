"""登録状況確認 and ファイル出力: who is missing what, and what the register gives out as a file."""
