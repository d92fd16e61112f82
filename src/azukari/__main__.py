"""``python -m azukari``: the same as the command ``azukari``."""

from azukari.cli import main

main(prog_name="azukari")
