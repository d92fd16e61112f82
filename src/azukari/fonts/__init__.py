"""Typefaces carried in the package, so that no document depends on what a machine has installed.

BIZ UDGothic Regular, © 2022 The BIZ UDGothic Project Authors, SIL Open Font License 1.1
(`OFL.txt`); the file is the one in the npm package `@expo-google-fonts/biz-udgothic` 0.4.0.
"""

from pathlib import Path

BIZ_UDGOTHIC = Path(__file__).parent / "BIZUDGothic-Regular.ttf"
