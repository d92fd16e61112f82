"""A filing as pages and commands show one: states, refusals, problems, what to do with the file."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.urls import reverse

from azukari.filings import words
from azukari.filings.catalog import paper
from azukari.filings.paper import words as paper_words
from azukari.filings.paper.layout import Layout
from azukari.filings.problems import FilingProblem
from azukari.filings.recipes import boxes
from azukari.filings.recipes.recipe import Recipe, recipes
from azukari.law.purpose import Purpose
from azukari.register.models import Person
from azukari.use import rules
from azukari.use.models import FiguresFile, Filing, FilingAct, FilingState
from azukari.use.rules import UseProblem
from azukari.web.components.parts import Tone
from azukari.web.sheet_words import FILE_WORDS

_SAID: Mapping[UseProblem, str] = {
    UseProblem.FORM_NOT_SUPPORTED: "この様式は作成できません。一覧から様式を選んでください。",
    UseProblem.YEAR_NOT_SUPPORTED: "この年分の様式はありません。年分を選び直してください。",
    UseProblem.NOBODY_CHOSEN: "1人も選ばれていません。1人以上選んでください。",
    UseProblem.TOO_MANY: (
        "1つのファイルに入れられる人数を超えています。条件を絞り、分けて作成してください。"
    ),
    UseProblem.TOO_MANY_FOR_ZIP: (
        f"1人ずつのPDFは、一度に{rules.MOST_IN_ZIP:,}人までです。"
        "条件を絞って分けるか、「1つのPDF」を選んでください。"
    ),
    UseProblem.NOT_EMPLOYEES: "社員ではない人が選ばれています。社員だけを選んでください。",
    UseProblem.NOT_PAYEES: "支払先ではない人が選ばれています。支払先だけを選んでください。",
    UseProblem.NOT_ON_FILING: (
        "この帳票にいない人の内容が送られました。画面を開き直して、もう一度入力してください。"
    ),
    UseProblem.CANNOT_BE_CHANGED: (
        "この帳票は作成中か作成済みのため、内容を変えられません。"
        "直すときは、訂正として新しく作成してください。"
    ),
    UseProblem.CANNOT_BE_MADE: "この帳票はもう作成できません。新しく作成してください。",
    UseProblem.NUMBER_IN_NOTE: (
        "入力した内容に個人番号と思われる12桁の数字が入っています。取り除いてから保存してください。"
    ),
    UseProblem.NO_FILE: "ダウンロードできるファイルがありません。新しく作成してください。",
    UseProblem.EXPIRED: (
        "ダウンロードの期限が過ぎました。控えを保存している間は「もう一度取り出す」から取り出せます。"
    ),
    UseProblem.ALREADY_SHOWN: (
        "パスワードは1回だけ表示しました。分からないときは、同じ内容で新しく作成してください。"
    ),
    UseProblem.NOT_KEPT: "控えの保存期間が終わり、廃棄されています。新しく作成してください。",
    UseProblem.NO_CORRECTION: (
        "この様式には取消や訂正のデータがありません。提出先の窓口か紙の届で手続きしてください。"
    ),
    UseProblem.FIGURES_BEING_READ: (
        "この帳票の金額などを読み込んでいます。終わってから、もう一度行ってください。"
    ),
    UseProblem.FIGURES_GONE: "ファイルを預かる時間が過ぎました。もう一度送ってください。",
}
_TONES: Mapping[str, Tone] = {
    FilingState.READYING: "info",
    FilingState.PREPARING: "neutral",
    FilingState.MAKING: "info",
    FilingState.MADE: "success",
    FilingState.REFUSED: "error",
    FilingState.DESTROYED: "neutral",
}

PREVIEW = (
    "この様式は公式の仕様書と照らし合わせていません。内容を確かめるために作成し、"
    "提出する前に必ず提出先の仕様チェックを行ってください。"
)
CODE_ONLY = (
    "二次元コードには社員番号だけが入ります。読み取っても手続きの画面は開きません。"
    "戻ってきた紙がだれのものかを確かめるために使います。"
)
_CLEAN_UP = (
    "手続きが終わったら、パソコンに残ったファイルを消します。個人番号が入っているため、"
    "メールで送ったり共有フォルダに置いたままにしたりしないでください。"
)


def ticket_said(asked: int, people: int) -> str:
    """Of so many people on the form so many have been asked for their number."""
    opens = (
        "二次元コードには、本人だけが1回使える手続きのアドレスが入ります。スマートフォンで読み取ると"
        "Web収集の画面が開きます。作成すると、それより前に送ったリンクは使えなくなります。"
    )
    if asked >= people:
        return opens
    rest = (
        f"提出を依頼していない{people - asked:,}人の二次元コードには、社員番号だけが入ります。"
        "入れるときは、先に「提出依頼」で依頼してください。"
    )
    return opens + rest if asked else rest


@dataclass(frozen=True, slots=True)
class Guide:
    """Where a finished file goes, and what is to be done with it there."""

    place: str
    steps: tuple[str, ...]


GUIDES: Mapping[str, Guide] = {
    "pension_egov": Guide("年金事務所（e-Gov・届書作成プログラム）", (
        "何も入っていない新しいフォルダに、ファイルを SHFD0006.CSV という名前のまま置きます。",
        "年金機構が配布している届書作成プログラムで読み込み、点検の結果にエラーがないことを確かめます。",
        (
            "そのプログラムから申請するか、e-Govの「CSVファイル添付方式」の手続きを開き、"
            "総括票の欄に上の値を入力して、ファイルを添付します。"
        ),
        _CLEAN_UP,
    )),
    "etax": Guide("税務署（e-Tax）", (
        "e-TaxソフトまたはWEB版で「法定調書の作成・提出」を開き、CSVファイルの取込みを選びます。",
        "このファイルを名前のまま読み込み、件数と金額が上の値と同じことを確かめます。",
        "法定調書合計表の欄に、上の値を入力します。",
        "電子署名を付けて送信し、受信通知を保存します。",
        _CLEAN_UP,
    )),
    "eltax": Guide("市区町村（eLTAX・PCdesk）", (
        "PCdesk（DL版）で「給与支払報告書」を開き、CSVファイルの取込みを選びます。",
        "このファイルを読み込み、市区町村ごとの人数が上の値と同じことを確かめます。",
        "総括表の欄に、報告人員、特別徴収と普通徴収の人数、指定番号を入力します。",
        "電子署名を付け、市区町村ごとに送信します。",
        _CLEAN_UP,
    )),
    "hello_work_file": Guide("ハローワーク（e-Gov・確認用）", (
        "ハローワークの「雇用保険被保険者資格取得届等の連記式」の仕様書と、項目の並びを見比べます。",
        "e-Govの手続きの画面で添付し、仕様チェックの結果を確かめます。",
        "エラーがあるときは提出せず、届書作成プログラムなどで入力してください。",
        _CLEAN_UP,
    )),
    "hello_work_check": Guide("ハローワーク（内容確認用）", (
        "印刷した内容を見ながら、e-Govの入力画面か、ハローワークの公式の用紙に記入します。",
        "公式の用紙は機械で読み取られるため、この用紙のままでは提出できません。",
        "手続きが終わったら、印刷した用紙は裁断して捨てます。",
    )),
    "paper_tax_office": Guide("税務署（紙）", (
        "印刷し、枚数と金額を確かめます。法定調書合計表に上の値を書きます。",
        "税務署の様式と見比べ、欄の位置が合わないときは公式の用紙へ書き写します。",
        "合計表と一緒に、所轄の税務署へ書留などで送るか、窓口に出します。",
        "余った印刷物は裁断して捨てます。",
    )),
    "paper_municipality": Guide("市区町村（紙）", (
        "印刷し、市区町村ごとに分けて、総括表と仕切紙を付けます。",
        "市区町村の様式と見比べ、欄の位置が合わないときは公式の用紙へ書き写します。",
        "受け取る人ごとの住所の市区町村へ、書留などで送るか、窓口に出します。",
        "余った印刷物は裁断して捨てます。",
    )),
    "paper_pension": Guide("年金事務所（紙）", (
        "印刷し、公式の様式と見比べます。欄の位置が合わないときは公式の用紙へ書き写します。",
        "事務センターへ書留などで送るか、年金事務所の窓口に出します。",
        "余った印刷物は裁断して捨てます。",
    )),
    "recipient": Guide("本人に渡す", (
        "印刷するか、1人ずつのPDFを本人に渡します。個人番号は印刷されていません。",
        "電子で渡すときは、本人の承諾を受けておきます（所得税法第226条第4項）。",
    )),
    "payee": Guide("支払を受ける方に渡す", (
        "印刷して渡します。個人番号は印刷されていません。",
        "法律で渡すことが決まっている書類ではありません。求められたときに渡します。",
    )),
    "new_employer": Guide("本人・新しい勤務先に渡す", (
        "印刷して本人か新しい勤務先に渡します。個人番号は印刷されていません。",
        "新しい勤務先が必要な欄を書き足し、市区町村へ出します。",
    )),
    "payer": Guide("社員に配り、会社で保管する", (
        "印刷して社員に渡し、内容を確かめて直してもらいます。",
        "回収した申告書は、決められた期間、鍵のかかる場所で保管します。",
        "変わった内容があれば、社員や家族の情報に登録します。",
    )),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list of filings."""

    filing: Filing
    url: str
    title: str
    year: str
    state: str
    tone: Tone
    act: str


@dataclass(slots=True)
class Failure:
    """What is wrong with one person, or with the office or file when there is no person."""

    person: Person | None
    url: str
    mends: list["Mend"] = field(default_factory=list)

    @property
    def sentences(self) -> list[str]:
        return [one.sentence for one in self.mends]


@dataclass(frozen=True, slots=True)
class Mend:
    """A sentence, and where to put it right; without an address nothing leads there."""

    sentence: str
    url: str = ""
    label: str = ""


def say(problem: UseProblem) -> str:
    return _SAID[problem]


def why_refused(file: FiguresFile) -> str:
    """Empty for a file of figures that was not."""
    told = {str(code): said for code, said in (*FILE_WORDS.items(), *_SAID.items())}
    return told.get(file.problem, "")


def row(filing: Filing) -> Row:
    return Row(
        filing=filing,
        url=reverse("filing", kwargs={"filing_id": filing.id}),
        title=title(filing.form),
        year=f"{filing.year}年分" if filing.year else "",
        state=str(FilingState(filing.state).label),
        tone=_TONES[filing.state],
        act="" if filing.act == FilingAct.NEW else str(FilingAct(filing.act).label),
    )


def title(code: str) -> str:
    recipe = recipes().get(code)
    return recipe.title if recipe else code


def purpose(filing: Filing) -> str:
    return Purpose[filing.purpose].label


def standing(recipe: Recipe) -> tuple[str, Tone]:
    """How far a form can be trusted, in two or three words."""
    if recipe.preview:
        return "確認用", "warning"
    if not recipe.is_paper:
        return "公式の形式", "success"
    geometry = _newest(recipe).geometry
    return {
        "check": ("内容確認用", "warning"),
        "own": ("会社の様式", "neutral"),
        "evidence": ("公式の配置", "info"),
        "draft": ("下書き用", "warning"),
    }[geometry]  # type: ignore[return-value]


def caution(recipe: Recipe) -> str:
    """What the operator has to know before filing it; empty where there is nothing."""
    if recipe.preview:
        return PREVIEW
    return paper_words.caution(_newest(recipe)) if recipe.is_paper else ""


def _newest(recipe: Recipe) -> Layout:
    return paper.layout(recipe.source, boxes.newest(recipe.source))


def problem_of(stored: Mapping[str, Any]) -> FilingProblem:
    """A problem as it lies in `Filing.problems`."""
    return FilingProblem(
        stored["record"],
        stored["item"],
        stored["item_name"],
        stored["code"],
        stored["detail"],
        fact=stored.get("fact", ""),
    )


def failures(
    stored: Iterable[Mapping[str, Any]], people: Mapping[UUID, Person], filing: Filing
) -> list[Failure]:
    """By person, in the order of the file; the head of the file first."""
    found: dict[str, Failure] = {}
    for one in stored:
        key = str(one["person"])
        person = people.get(UUID(key)) if key else None
        if key not in found:
            found[key] = Failure(person, _person_url(person))
        problem = problem_of(one)
        url, label = _mended_at(problem.fact, person, filing)
        found[key].mends.append(Mend(words.sentence(problem), url, label))
    return list(found.values())


def _person_url(person: Person | None) -> str:
    if person is None:
        return ""
    name = "payee" if person.kind == "payee" else "person"
    return reverse(name, kwargs={"person_id": person.id})


def _mended_at(fact: str, person: Person | None, filing: Filing) -> tuple[str, str]:
    """Where what is wrong is put right: the register, this filing, or the company."""
    if fact.startswith(("co.", "office.")) and not _is_asked(fact, filing):
        return reverse("company"), "会社情報を直す"
    if person is None:
        return reverse("filing-facts", kwargs={"filing_id": filing.id}), "内容を直す"
    if fact.endswith(("mynumber", "payee.number")):
        return _person_url(person), "個人番号を確かめる"
    owner = fact.partition(".")[0]
    if owner in _FAMILY and not _is_asked(fact, filing):
        return _person_url(person), "家族の情報を直す"
    if owner in {"emp", "payee", "persons"} and not _is_asked(fact, filing):
        name = "payee-change" if person.kind == "payee" else "person-change"
        return reverse(name, kwargs={"person_id": person.id}), "本人の情報を直す"
    kwargs = {"filing_id": filing.id, "person_id": person.id}
    return reverse("filing-person", kwargs=kwargs), "金額などを直す"


_FAMILY = frozenset({"spouse", "deps", "kids", "others", "family", "hi_deps", "specific"})


def _is_asked(fact: str, filing: Filing) -> bool:
    recipe = recipes()[filing.form]
    last = fact.rpartition(".")[2]
    return any(one.name == fact for one in (*recipe.asks, *recipe.head)) or any(
        one.name == last for one in recipe.member
    )
