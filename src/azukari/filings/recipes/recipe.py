"""A recipe as frozen values, read once from the catalogue."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from types import MappingProxyType
from typing import Any, Final

from azukari.filings.catalog import paper
from azukari.filings.engine.layout import LayoutBroken, read_codes, read_yaml
from azukari.filings.recipes import boxes

GROUPS: Final = MappingProxyType(
    {
        "pension": "社会保険（年金事務所）",
        "labour": "雇用保険（ハローワーク）",
        "tax": "税（税務署・市区町村）",
        "declaration": "申告書・社内の書類",
    }
)
KINDS: Final = frozenset({"yen", "count", "date", "text", "code", "flag", "digits"})
NOBODY: Final = "nobody"  # a form about the company alone
COMMON: Final = ("co.", "office.", "doc.", "city.name")
"""Facts that are the same for everybody on a filing begin like this."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A fact that the register does not know; `required`, but not where the fact `unless` stands.

    `kind`: one of KINDS; `most`: digits of an amount, characters of a text; `codes`: value →
    meaning; `default`: `=text`, the name of a known fact, `name+1` (the day after) or `@rule`.
    `main` ones stand in the table, the others are folded away.
    """

    name: str
    label: str
    kind: str = "text"
    required: bool = False
    unless: str = ""
    main: bool = False
    most: int = 0
    codes: Mapping[str, str] = field(default_factory=dict)
    default: str = ""
    help: str = ""


@dataclass(frozen=True, slots=True)
class Sum:
    """A rule between amounts: `not_more` (part, whole) or `sum` (total, parts)."""

    rule: str
    names: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Total:
    """What a form that sums up others takes from those made of its year: box → measure."""

    forms: tuple[str, ...]
    into: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Recipe:
    """One form on offer.

    `writer`: shfd, family, tax, renki or paper; `source` is the layout it writes (様式コード, kind
    or form on paper).  `whom`: employee, payee or nobody; `family`: whose family stands on it
    (tax, health, specific, category3, all or none), `listed` in which list of the form; `due`:
    whom the office waits for (hired, left, year, payees, all).
    `numbers`: whose → wanted (missing is told) or optional; `numbers_when` names the fact without
    which none is opened.  `takes`: item → name of a fact or `=text`.
    `rule`: the rule of retention that the copy of what was filed follows; empty when the file is
    only fetched and not kept.
    """

    code: str
    title: str
    group: str
    writer: str
    source: str
    whom: str
    purpose: str
    goes_to: str
    about: str
    family: str = "none"
    listed: str = "others"
    due: str = "all"
    yearly: bool = False
    preview: bool = False
    most: int = 2000
    rule: str = ""
    asks: tuple[Ask, ...] = ()
    head: tuple[Ask, ...] = ()
    member: tuple[Ask, ...] = ()
    numbers: Mapping[str, str] = field(default_factory=dict)
    numbers_when: str = ""
    takes: Mapping[str, str] = field(default_factory=dict)
    derive: tuple[str, ...] = ()
    sums: tuple[Sum, ...] = ()
    totals: tuple[Total, ...] = ()
    first_year: int = 0

    @property
    def is_paper(self) -> bool:
        return self.writer == "paper"

    @property
    def has_people(self) -> bool:
        return self.whom != NOBODY

    def label_of(self, name: str) -> str:
        """What people call a fact."""
        known = {one.name: one.label for one in (*self.asks, *self.head, *self.member)}
        return known.get(name) or REGISTER.get(name) or REGISTER.get(_of_member(name)) or name


# What the register knows, by the names all forms share, as people call it.
REGISTER: Final = MappingProxyType(
    {
        "emp.name": "氏名",
        "emp.kana": "氏名カナ",
        "emp.birth": "生年月日",
        "emp.sex": "性別",
        "emp.zip": "郵便番号",
        "emp.address": "住所",
        "emp.address_kana": "住所カナ",
        "emp.tel": "電話番号",
        "emp.code": "社員番号",
        "emp.pension_no": "基礎年金番号",
        "emp.insured_no": "被保険者整理番号",
        "emp.koyo_number": "雇用保険被保険者番号",
        "emp.hired": "入社年月日",
        "emp.left_on": "退職年月日",
        "emp.mynumber": "個人番号",
        "payee.name": "氏名又は名称",
        "payee.address": "住所又は所在地",
        "payee.number": "個人番号又は法人番号",
        "member.name": "家族の氏名",
        "member.kana": "家族の氏名カナ",
        "member.birth": "家族の生年月日",
        "member.mynumber": "家族の個人番号",
        "co.name": "会社名",
        "co.address": "会社の所在地",
        "co.tel": "会社の電話番号",
        "co.number": "法人番号",
        "office.koyo_number": "雇用保険適用事業所番号",
    }
)
_LISTS: Final = ("spouse", "deps", "kids", "family", "others", "hi_deps", "specific")


def _of_member(name: str) -> str:
    head, _, last = name.rpartition(".")
    return f"member.{last}" if head.split(".")[0] in _LISTS else name


@cache
def recipes() -> Mapping[str, Recipe]:
    """Every form on offer by its code, in the order of groups and files."""
    order = list(GROUPS)
    found = sorted(_all(), key=lambda one: order.index(one.group))
    return MappingProxyType({one.code: one for one in found})


def _all() -> Iterator[Recipe]:
    here = files("azukari.filings.catalog").joinpath("recipes")
    written = {one.name.removesuffix(".yaml") for one in here.iterdir() if one.is_file()}
    # A form on paper without a recipe is asked box by box.
    for name in sorted(written | {one.code for one in paper.forms()}):
        yield _read(here, name, {} if name not in written else read_yaml(here, name))


def _read(folder: Traversable, name: str, raw: dict[str, Any]) -> Recipe:
    asked = raw.pop("asks", None)
    shared = read_yaml(folder.joinpath("asks"), asked) if asked else {}
    without = tuple(raw.pop("without", ()))
    takes = {str(key): str(value) for key, value in raw.pop("takes", {}).items()}
    asks = {
        where: {ask.name: ask for ask in _asks(shared, where) if not _left_out(ask, without)}
        for where in ("facts", "head", "member")
    }
    if "writer" not in raw:
        raw = {**boxes.of_paper(name), **raw}
        takes = {**boxes.takes_of(name), **takes}
        answered = {*asks["facts"], *asks["head"], *takes, *map(_listed, asks["facts"])}
        for where, about, question in boxes.questions(name, answered | _MARKED):
            asks[where].setdefault(about, _ask(about, question, ""))
    return Recipe(
        asks=tuple(asks["facts"].values()),
        head=tuple(asks["head"].values()),
        member=tuple(asks["member"].values()) if raw.get("family", "none") != "none" else (),
        sums=tuple(
            Sum(str(one["rule"]), tuple(one["names"]), str(one["text"]))
            for one in shared.get("sums", ())
        ),
        takes=takes,
        totals=tuple(
            Total(tuple(map(str, one["forms"])), dict(one["into"])) for one in raw.pop("totals", ())
        ),
        derive=tuple(raw.pop("derive", ())),
        **{str(key): value for key, value in raw.items()},
    )


# Marks and codes that `derived.marks` and its like set from other facts.
_MARKED: Final = frozenset(
    {
        "spouse.has", "spouse.has_sub", "spouse.elder", "spouse.kubun", "job.in", "job.out",
        "loan.kind1", "loan.kind2", "deps[].kubun", "kids[].kubun", "retirement.deduction",
        "retirement.years", "emp.sex", "emp.kana_cells", "emp.koyo_no", "office.koyo",
    }
)  # fmt: skip


def _left_out(ask: Ask, without: tuple[str, ...]) -> bool:
    return bool(without) and ask.name.startswith(without)


def _listed(name: str) -> str:
    """`lines[].tax` of `lines.0.tax`."""
    head, _, rest = name.partition(".")
    place, _, last = rest.partition(".")
    return f"{head}[].{last}" if place.isdecimal() else name


def _asks(raw: Mapping[str, Any], key: str) -> Iterator[Ask]:
    for name, about in raw.get(key, {}).items():
        head, bracket, rest = name.partition("[")
        if not bracket:
            yield _ask(name, about, "")
            continue
        # lines[6]: the same facts so many times.
        for place in range(int(rest.rstrip("]"))):
            for part, entry in about.items():
                first = {} if place == 0 else {"main": False, "required": False}
                yield _ask(f"{head}.{place}.{part}", {**entry, **first}, f"（{place + 1}）")


def _ask(name: str, about: Mapping[str, Any], behind: str) -> Ask:
    values = dict(about)
    codes = values.pop("codes", {})
    if isinstance(codes, str):
        where, _, table = codes.partition("#")
        codes = read_codes(files("azukari.filings.catalog").joinpath(*where.split("/")), table)
    ask = Ask(
        name=name,
        label=str(values.pop("label")) + behind,
        codes={str(code): str(meaning) for code, meaning in codes.items()},
        **values,
    )
    if ask.kind not in KINDS:
        raise LayoutBroken(f"{name} is of no known kind")
    return ask
