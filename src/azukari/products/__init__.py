"""Files of other products: which one a file comes from, and what its rows say in our words.

Headings are data: what a company has mapped by hand wins, then the preset of a product
(`presets/`), then the spellings any file may use (`aliases.yaml`).  Pure: text in, text out;
whether a value is right is asked by whoever takes it (register.sheets, check, use).
"""
