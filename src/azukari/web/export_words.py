"""What a person reads when an output is refused: what is wrong, and what to do."""

from azukari.check.rules import MOST_DOWNLOADS, MOST_IN_BOOK, MOST_PEOPLE, OutputProblem
from azukari.web import words

PROBLEMS = {
    OutputProblem.NOBODY: "あてはまる人がいません。条件を確かめてください。",
    OutputProblem.TOO_MANY: f"一度に出力できるのは{MOST_PEOPLE:,}人までです。"
    "条件で分けてください。",
    OutputProblem.TOO_MANY_FOR_BOOK: f"Excelに入るのは{MOST_IN_BOOK:,}人までです。"
    "CSVを選んでください。",
    OutputProblem.REASON_MISSING: "理由を入力してください。",
    OutputProblem.NUMBER_IN_REASON: "理由に個人番号と思われる数字があります。除いてください。",
    OutputProblem.PURPOSE_MISSING: "個人番号を入れるときは、利用目的を選んでください。",
    OutputProblem.PURPOSE_DOES_NOT_FIT: "選んだ利用目的は、この種類の人の個人番号には使えません。",
    OutputProblem.SAME_PERSON: "自分の依頼は承認できません。ほかの責任者に頼んでください。",
    OutputProblem.NOBODY_KNOWN: "依頼した人か承認する人が特定できません。"
    "利用者として依頼し直してください。",
    OutputProblem.SAME_MAKER: words.SAME_MAKER,
    OutputProblem.ALONE_TOO_SOON: words.ALONE_TOO_SOON,
    OutputProblem.NOT_WHAT_WAS_ASKED: "依頼したときと内容が違うため、作りません。"
    "もう一度依頼してください。",
    OutputProblem.NOT_WAITING: "この依頼は、もう判断が済んでいます。",
    OutputProblem.NOT_YOURS: "受け取れるのは、出力を依頼した人だけです。",
    OutputProblem.NO_FILE: "ファイルはありません。まだできていないか、もう廃棄しました。",
    OutputProblem.DOWNLOADS_USED_UP: f"{MOST_DOWNLOADS}回受け取りました。"
    "必要なら、もう一度出力してください。",
    OutputProblem.ALREADY_SHOWN: "パスワードはもう表示しました。"
    "分からないときは、もう一度出力してください。",
}
