"""Invented companies for demonstration, tests and benchmarks. No person in them is real.

Numbers are right in form and made at run time; about one in a thousand strings of eleven digits
also belongs to somebody, so files of this room are test material, never to be published.
"""
