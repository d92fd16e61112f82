"""One act for everything a list shows: rows are frozen when the act is ordered, then dealt with
step by step, by a worker when they are many.
"""
