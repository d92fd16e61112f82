"""従業員アカウント: employees sign in to the portal under their own name, without a certificate.

An account belongs to one employee of one company and ends when they leave.  Its door is open to
everybody on the network, so failures are counted by account and by address, never lock for good,
and say nothing about who has an account.
"""
