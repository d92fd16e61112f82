"""支払金額などのファイル: figures of a payroll, read by the headings a form knows or was told of.

What the columns mean is remembered by the company, as for sheets of people.  Nothing of the file
stays but the facts it brings; it waits in the vault until a worker has read it.
"""
