"""What a person reads for each finding about a file: what is wrong, and what to do."""

from azukari.register.sheets.codes import Code, FileCode, FileRefused, Weight, weight_of
from azukari.register.sheets.limits import (
    MAX_BOOK_ROWS,
    MAX_BOOK_UNPACKED,
    MAX_BYTES,
    MAX_CELL,
    MAX_COLOURED_ROWS,
    MAX_COLUMNS,
    MAX_ROWS,
    MAX_ZIP_RATIO,
)

_AGAIN = "直してから、もう一度送ってください。"

FILE_WORDS: dict[FileCode, str] = {
    FileCode.EMPTY_FILE: "ファイルが空です。内容のあるCSVファイルを選んでください。",
    FileCode.TOO_LARGE: f"ファイルが大きすぎます。{MAX_BYTES // 1024 // 1024}MBまでに分けて送ってください。",
    FileCode.TOO_MANY_ROWS: f"行が多すぎます。{MAX_ROWS:,}行までに分けて送ってください。",
    FileCode.TOO_MANY_COLUMNS: f"列が多すぎます。{MAX_COLUMNS}列までにしてください。",
    FileCode.EXCEL_BOOK: "Excelのブックとして読み取れません。「名前を付けて保存」でXLSXかCSV（UTF-8）にしてから送ってください。",
    FileCode.BOOK_TOO_LARGE: f"Excelのブックが大きすぎます。{MAX_BOOK_ROWS:,}行までに分けるか、CSV（UTF-8）にして送ってください。",
    FileCode.BOOK_LOCKED: "パスワードのかかったブックです。パスワードを外してから送ってください。",
    FileCode.NO_SUCH_SHEET: "この名前のシートは、ブックにありません。シートの名前を確かめてください。先頭のシートを読むときは、空にします。",
    FileCode.OTHER_CONTENT: "給与・源泉徴収票・口座などのファイルで、個人番号の登録には使えません。社員か家族のファイルを選んでください。",
    FileCode.PDF_FILE: "PDFは読み取れません。CSVファイルを選んでください。",
    FileCode.NOT_TEXT: "文字のファイルではないようです。CSVファイルを選んでください。",
    FileCode.UNKNOWN_ENCODING: "文字コードを判別できません。UTF-8かシフトJISで保存し直してください。",
    FileCode.NO_ROWS: "見出しだけで、登録する行がありません。2行目から1人1行で入力してください。",
    FileCode.UNKNOWN_HEADINGS: "1行目に見出しが見つかりません。ひな形の見出しを1行目に付けてください。Excelのブックでほかのシートを読むときは、シートの名前を入れて送ってください。",
    FileCode.HEADING_MISSING: "必要な列がありません。見出しを確かめ、列を加えてください。",
    FileCode.HEADING_TWICE: "同じ見出しの列が2つあります。どちらか一方を消してください。",
    FileCode.BROKEN_QUOTING: '引用符（"）の閉じ方が正しくないため、途中から読み取れません。'
    + _AGAIN,
    FileCode.OTHER_KIND: "選んだ種類（本人・家族・支払先）と違うファイルです。種類かファイルを確かめてください。",
    FileCode.NO_PURPOSE: "個人番号の列があります。この人たちに合う利用目的を1つ以上選んでください。",
    FileCode.NO_VERIFICATION: "個人番号の列があります。番号確認と身元確認の方法を選んでください。",
}

_NUMBER_AGAIN = "番号確認書類をもう一度確かめてください。"
CODE_WORDS: dict[Code, str] = {
    Code.COLUMNS_DO_NOT_FIT: "列の数が見出しと合いません。読点やカンマで列がずれていないか確かめてください。",
    Code.TOO_LONG: "長すぎます。短くしてください。",
    Code.CONTROL_CHARACTER: "目に見えない制御文字が入っています。入力し直してください。",
    Code.UNREADABLE_CHARACTER: "読み取れない文字があります。元の文字を入力し直してください。",
    Code.FORMULA: "表計算の数式になる文字（= + - @）で始まっています。取り除いてください。",
    Code.NEWLINE: "途中で改行しています。1行にしてください。",
    Code.OTHER_COMPANY: "ほかの会社コードの行です。会社ごとにファイルを分けてください。",
    Code.NUMBER_IN_TEXT: "個人番号と思われる12桁の数字が、個人番号の列ではないところにあります。取り除いてください。",
    Code.NUMBER_MISSING: "個人番号がありません。入力するか、個人番号の列ごと外してください。",
    Code.NUMBER_NOT_DIGITS: "個人番号に数字以外の文字があります。" + _NUMBER_AGAIN,
    Code.NUMBER_LENGTH: "個人番号が12桁ではありません。" + _NUMBER_AGAIN,
    Code.NUMBER_LEADING_ZERO_LOST: "個人番号が11桁です。表計算ソフトで先頭の0が消えた可能性があります。列を文字列にして入力し直してください。",
    Code.NUMBER_CHECK_DIGIT: "個人番号の検査用数字が合いません。" + _NUMBER_AGAIN,
    Code.NUMBER_ALL_ZERO: "000000000000は個人番号ではありません。" + _NUMBER_AGAIN,
    Code.NUMBER_SPREADSHEET_EXPONENT: "個人番号が表計算ソフトで指数の形になり、桁が失われています。列を文字列にして入力し直してください。",
    Code.NUMBER_TWICE: "同じ個人番号がファイルの中で2回出てきます。どちらが正しいか確かめてください。",
    Code.NUMBER_DIFFERS: "登録済みの個人番号と違います。番号が変わったのであれば、番号変更の理由の列に、請求・職権・訂正のどれかを入力してください。",
    Code.NUMBER_OF_SOMEBODY_ELSE: "同じ個人番号が、ほかの人に登録されています。" + _NUMBER_AGAIN,
    Code.NUMBER_NOT_NEEDED: "「個人番号登録不要」の人です。登録が必要なら、先にその設定を外してください。",
    Code.PURPOSE_DOES_NOT_FIT: "選んだ利用目的は、この人の個人番号には使えません。第3号被保険者の区分か、利用目的を確かめてください。",
    Code.NUMBER_ALSO_HELD: "同じ個人番号が、生年月日の同じ別の人に登録されています。同じ人（共働きの子、再入社など）であれば問題ありません。",
    Code.NUMBER_FULL_WIDTH: "全角の数字を半角として読み取りました。",
    Code.NUMBER_SPACES: "空白を除いて読み取りました。",
    Code.NUMBER_HYPHENS: "ハイフンを除いて読み取りました。",
    Code.NUMBER_APOSTROPHE: "先頭の ' を除いて読み取りました。",
    Code.NUMBER_TEXT_FORMULA: '="…" の形を外して読み取りました。',
    Code.PURPOSE_UNKNOWN: "利用目的の言葉が分かりません。税、社会保険、雇用保険、支払調書などを、読点で区切って入力してください。",
    Code.PURPOSE_MISSING: "利用目的がありません。利用目的の列に入力するか、ファイルを送るときに選んでください。",
    Code.PROVISION_UNKNOWN: "提供の方法が分かりません。社員は「本人」か「前の勤務先」、家族は「従業員」「被扶養者届」「代理人」「委託」のどれかを入力してください。",
    Code.PROVISION_DOES_NOT_FIT: "提供の方法が、この人か利用目的に合いません。第3号被保険者の届出に使う番号は、代理人として提供を受けたか、本人確認を従業員に委託したかのどちらかです。",
    Code.METHOD_UNKNOWN: "確認の方法が分かりません。個人番号カード、住民票の写し、運転免許証、委任状のように入力してください。",
    Code.METHOD_DOES_NOT_SETTLE: "その書類では、この確認をしたことになりません。書類か列を確かめてください。",
    Code.METHOD_NOT_FOR_PAYEES: "支払先には使えない確認の方法です。書類で確かめてください。",
    Code.NUMBER_CHECK_MISSING: "番号確認の方法がありません。番号確認の列に入力するか、ファイルを送るときに選んでください。",
    Code.PERSON_CHECK_MISSING: "身元確認の方法がありません。身元確認の列に入力するか、ファイルを送るときに選んでください。",
    Code.AUTHORITY_CHECK_MISSING: "第3号被保険者の届出では、従業員が代理人になります。代理権確認の列に委任状などを入力するか、ファイルを送るときに選んでください。",
    Code.PAPER_MISSING: "委託契約書または同意書を受け取って保管したら、書類の保管の列を1にするか、ファイルを送るときに選んでください。",
    Code.VERIFIED_IN_FUTURE: "確認日が今日より後です。確かめてください。",
    Code.CHANGE_REASON_UNKNOWN: "番号変更の理由が分かりません。請求、職権、訂正のどれかを入力してください。",
    Code.EMPLOYEE_CODE_MISSING: "社員番号（支払先コード）がありません。入力してください。",
    Code.EMPLOYEE_CODE_WRONG: "社員番号（支払先コード）に使えない文字があるか、長すぎます。英数字で20文字までにしてください。",
    Code.EMPLOYEE_TWICE: "同じ社員番号（支払先コード）がファイルの中で2回出てきます。1人1行にしてください。",
    Code.NUMBER_NOT_CONFIRMED: "2回入力された個人番号が一致しません。" + _NUMBER_AGAIN,
    Code.NAME_AMBIGUOUS: "同じ氏名の人が複数いるため、誰のことか決められません。社員番号（家族は家族連番）の列を付けてください。",
    Code.EMPLOYEE_UNKNOWN: "この社員番号の社員が登録されていません。先に本人を登録してください。",
    Code.FAMILY_CODE_MISSING: "家族連番がありません。1からの番号を入力してください。",
    Code.FAMILY_CODE_WRONG: "家族連番は1からの整数で入力してください。",
    Code.FAMILY_TWICE: "同じ社員の同じ家族連番が2回出てきます。番号を分けてください。",
    Code.SPACES_TRIMMED: "前後の空白を除いて読み取りました。",
    Code.WIDTH_CHANGED: "全角と半角をそろえて読み取りました。",
    Code.NAME_MISSING: "氏名がありません。入力してください。",
    Code.NAME_SPACES: "氏名の空白をそろえて読み取りました。",
    Code.NAME_OUTSIDE_CP932: "届出のファイルで使えない文字があります。登録はできますが、届出のときに置き換えが必要です。",
    Code.KANA_MISSING: "氏名カナがありません。入力してください。",
    Code.KANA_WRONG: "氏名カナにカナ以外の文字があります。カタカナで入力してください。",
    Code.KANA_REWRITTEN: "全角カタカナにして読み取りました。",
    Code.DATE_WRONG: "日付として読み取れません。2026/4/1、令和8年4月1日のように入力してください。",
    Code.DATE_IMPOSSIBLE: "暦にない日付です。確かめてください。",
    Code.DATE_OUTSIDE_ERA: "その元号にない日付です。元号か年を確かめてください。",
    Code.DATE_OUT_OF_RANGE: "日付が古すぎるか、先すぎます。確かめてください。",
    Code.DATE_FROM_SERIAL: "表計算ソフトの通し番号を日付として読み取りました。",
    Code.BIRTH_IN_FUTURE: "生年月日が今日より後です。確かめてください。",
    Code.BORN_AFTER_HIRED: "入社年月日が生年月日より前です。確かめてください。",
    Code.LEFT_BEFORE_HIRED: "退職年月日が入社年月日より前です。確かめてください。",
    Code.DEPENDENT_BEFORE_BORN: "扶養から外れた日が生年月日より前です。確かめてください。",
    Code.ENDED_BEFORE_STARTED: "契約終了日が契約開始日より前です。確かめてください。",
    Code.SEX_UNKNOWN: "性別は男か女で入力してください。",
    Code.RELATIONSHIP_MISSING: "続柄がありません。入力してください。",
    Code.RELATIONSHIP_UNKNOWN: "続柄が一覧にありません。夫、妻、子、父などで入力してください。",
    Code.RELATIONSHIP_NEEDS_SEX: "「配偶者」だけでは夫か妻か分かりません。性別か、夫・妻を入力してください。",
    Code.CATEGORY3_NOT_SPOUSE: "第3号被保険者になれるのは配偶者だけです。続柄か区分を確かめてください。",
    Code.SPECIFIC_RELATIVE_IS_SPOUSE: "特定親族は配偶者以外の親族です。続柄か区分を確かめてください。",
    Code.EMPLOYMENT_CLASS_UNKNOWN: "雇用区分の一覧にない言葉のため、雇用区分は登録しません。正社員、契約社員、パート・アルバイト、役員、出向、その他から選んでください。",
    Code.PAYEE_KIND_UNKNOWN: "支払先区分が一覧にありません。講師・執筆者等、弁護士・税理士等、不動産の貸主、株主、その他の支払先から選んでください。",
    Code.POSTCODE_WRONG: "郵便番号は7桁の数字で入力してください。",
    Code.TELEPHONE_WRONG: "電話番号は市外局番から数字で入力してください。",
    Code.MAIL_WRONG: "メールアドレスの形が正しくありません。",
    Code.ADDRESS_NEWLINE: "住所の改行を空白にして読み取りました。",
    Code.FLAG_WRONG: "はい・いいえの区分として読み取れません。1か0、または○で入力してください。",
    Code.DIGITS_WRONG: "決まった桁数の数字で入力してください。",
    Code.COLUMN_NOT_TAKEN: "この列は登録に使いません。",
    Code.SHEET_NOT_READ: "このシートは読んでいません。登録するときは、シートの名前を入れて、もう一度送ってください。",
}
LIMITS = [
    [
        "大きさ",
        f"{MAX_BYTES // 1024 // 1024}MBまで。{MAX_COLUMNS}列まで。1つの欄は{MAX_CELL:,}文字まで。",
    ],
    [
        "CSV",
        f"{MAX_ROWS:,}行まで。UTF-8（BOMの有無は問いません）、シフトJIS（CP932）、UTF-16。区切りはカンマかタブ。",
    ],
    [
        "Excel(XLSX)",
        f"{MAX_BOOK_ROWS:,}行まで。名前を選んだ1枚のシート（選ばなければ先頭）を読み、ほかに内容のあるシートがあれば、確認の画面で名前をお知らせします。広げると{MAX_BOOK_UNPACKED // 1024 // 1024}MBを超えるか、{MAX_ZIP_RATIO}倍より大きくなるブックと、パスワードのかかったブックは断ります。",
    ],
    [
        "数式",
        "数式の欄（= + - @ で始まる文字）は断ります。計算の結果が古いことがあり、表計算ソフトで開いたときに実行されるためです。",
    ],
    [
        "外へのリンク・マクロ",
        "読みません。欄の文字だけを読み、リンクの先は開かず、マクロは実行しません。",
    ],
    [
        "制御文字・改行",
        "目に見えない制御文字は断ります。改行は、住所では空白として読み、ほかの欄では断ります。",
    ],
    ["結果ファイル", f"CSVは何行でも、色を付けたXLSXは{MAX_COLOURED_ROWS:,}行までです。"],
    ["個人番号", "個人番号の列のほかに12桁の個人番号があると、その行を断ります。"],
]
"""What a file may be, stated on the page that takes it."""

WEIGHT_WORDS = {
    Weight.REJECT: ("断った行", "error"),
    Weight.FIX: ("直して読んだ", "info"),
    Weight.WARN: ("確かめてください", "warning"),
}


def words_of(refused: FileRefused) -> str:
    words = FILE_WORDS[refused.code]
    return f"「{refused.column}」: {words}" if refused.column else words


def say(code: str) -> str:
    """The words for a stored code."""
    if code in set(FileCode):
        return FILE_WORDS[FileCode(code)]
    return CODE_WORDS[Code(code)]


def code_table() -> list[tuple[str, str, str, str]]:
    """Every code with its class, what it is about and its words, in the order of the list."""
    of_files = [(one, "ファイル", FILE_WORDS[one]) for one in FileCode]
    of_rows = [(one, "行", CODE_WORDS[one]) for one in Code]
    return [(one.value, weight_of(one).value, about, said) for one, about, said in of_files] + [
        (one.value, weight_of(one).value, about, said) for one, about, said in of_rows
    ]


def code_list() -> str:
    """The table as the page docs/operator/sheet-codes.md has it (`azukari sheet codes`)."""
    lines = [
        f"| `{code}` | `{weight}` | {about} | {said} |"
        for code, weight, about, said in code_table()
    ]
    return "\n".join(["| コード | 扱い | 対象 | 内容と直し方 |", "|---|---|---|---|", *lines])
