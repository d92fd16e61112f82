"""Statutory forms on paper: a layout in millimetres, compiled once, becomes PDF and preview.

`layout` reads an edition, `plan` compiles it (and refuses what `disclosure` forbids), `fill` sets
one person's slip, `pdf` streams any number of slips with constant memory, `svg` previews one with
every individual number masked. `inspection` finds what is wrong with an edition. No Django here.
"""
