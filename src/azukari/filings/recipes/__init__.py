"""How a form of the catalogue is filled: what it asks, and where each fact goes.  Pure.

`catalog/recipes/CODE.yaml` is one form on offer; `catalog/recipes/asks/` holds what is asked beyond
the register, shared by the forms that tell the same things (給与支払報告書 and 源泉徴収票).
"""
