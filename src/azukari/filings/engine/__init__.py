"""The one path by which a fixed-order file is written, read back and checked."""
