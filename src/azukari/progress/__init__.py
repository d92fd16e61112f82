"""進捗: one row that any long work keeps up to date and any page can poll."""
