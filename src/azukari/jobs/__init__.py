"""Thin workers: re-open the scope from ids, call one action, leave retrying to the queue."""
