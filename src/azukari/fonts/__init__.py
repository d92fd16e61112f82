"""Typefaces carried in the package, so that no document depends on what a machine has installed.

All under the SIL Open Font License 1.1, which allows them to be carried, cut and embedded:

BIZ UDGothic Regular, © 2022 The BIZ UDGothic Project Authors (`OFL.txt`); the file is the one in
the npm package `@expo-google-fonts/biz-udgothic` 0.4.0.

BIZ UDMincho Regular, © 2022 The BIZ UDMincho Project Authors (`OFL-BIZUDMincho.txt`); the file is
the one in `@expo-google-fonts/biz-udmincho` 0.4.0. It has 11,741 characters and 10,160 sequences
with a variation selector (Adobe-Japan1).

Noto Serif JP, the part BIZ UDMincho lacks (`OFL-NotoSerifJP.txt`): 5,251 characters such as 𠮷 and
3,687 sequences, cut from `@expo-google-fonts/noto-serif-jp` 0.4.3 by `bin/cut-fallback-font`.
"""

from pathlib import Path

_HERE = Path(__file__).parent

BIZ_UDGOTHIC = _HERE / "BIZUDGothic-Regular.ttf"
BIZ_UDMINCHO = _HERE / "BIZUDMincho-Regular.ttf"
NOTO_SERIF_REST = _HERE / "NotoSerifJP-Rest.ttf"
