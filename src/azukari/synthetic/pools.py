"""Names and places people are drawn from: common ones, and those that break software.

Surnames stand in falling order of frequency. Among them are characters outside Shift_JIS
(髙 﨑) or CP932 (𠮷), names of one and of five characters, kana inside kanji, and a ヶ.
Places are well-known districts with their postcodes.
"""

from importlib.resources import files


def _table(name: str) -> tuple[tuple[str, ...], ...]:
    text = files("azukari.synthetic").joinpath(name).read_text(encoding="utf-8")
    return tuple(tuple(line.split("\t")) for line in text.splitlines())


SURNAMES = tuple((written, kana) for written, kana in _table("surnames.tsv"))
MEN = tuple((written, kana) for written, kana in _table("men.tsv"))
WOMEN = tuple((written, kana) for written, kana in _table("women.tsv"))
PLACES = tuple((postcode, town, kana) for postcode, town, kana in _table("places.tsv"))

FOREIGN = (
    ("グエン", "ティ　フオン", "グエン", "ティ　フオン"),
    ("ＣＨＥＮ", "ＸＩＡＯＭＩＮＧ", "チェン", "シャオミン"),
    ("ＲＯＤＲＩＧＵＥＳ", "ＡＮＡ", "ロドリゲス", "アナ"),
    ("朴", "智勲", "パク", "チフン"),
    ("ＴＨＡＰＡ", "ＢＩＳＨＮＵ", "タパ", "ビシュヌ"),
)
"""Family and given name, written and in kana."""

DEPARTMENTS = (
    ("D001", "経営企画室"),
    ("D002", "人事総務部"),
    ("D003", "経理部"),
    ("D004", "法務部"),
    ("D005", "情報システム部"),
    ("D101", "東日本営業部"),
    ("D102", "西日本営業部"),
    ("D103", "海外営業課"),
    ("D104", "お客様相談室"),
    ("D201", "開発第一部"),
    ("D202", "開発第二部"),
    ("D203", "品質管理課"),
    ("D301", "横浜工場"),
    ("D302", "物流センター"),
    ("D303", "購買課"),
    ("D401", "店舗運営部"),
)

BUILDINGS = (
    ("ハイツ青葉", "ハイツアオバ"),
    ("コーポ桜", "コーポサクラ"),
    ("グリーンヒル", "グリーンヒル"),
    ("第二みどり荘", "ダイニミドリソウ"),
    ("レジデンス東", "レジデンスヒガシ"),
)
