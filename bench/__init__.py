"""The project's own measurement of speed; see docs/developer/bench.md."""
