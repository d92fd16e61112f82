"""Invented forms for the gallery: one field of every kind, empty and refused."""

from django import forms

from azukari.web.components.widgets import DateText, NumberGroups

RELATIONS = [("", "選んでください"), ("1", "配偶者"), ("2", "子"), ("3", "父母")]
DOCUMENTS = [("card", "個人番号カード"), ("notice", "通知カード"), ("record", "住民票の写し")]
WAYS = [
    ("meet", "対面で確認した"),
    ("post", "郵送された写しで確認した"),
    ("web", "申請画面で確認した"),
]


class EveryField(forms.Form):
    name = forms.CharField(label="氏名", help_text="姓と名の間は1文字あけてください。")
    kana = forms.CharField(label="フリガナ", required=False)
    born = forms.CharField(label="生年月日", widget=DateText)
    postcode = forms.CharField(label="郵便番号", required=False, help_text="例：100-0001")
    relation = forms.ChoiceField(label="続柄", choices=RELATIONS)
    number = forms.CharField(
        label="個人番号",
        widget=NumberGroups,
        help_text="12桁。ハイフンや空白は入っていても構いません。",
    )
    number_again = forms.CharField(
        label="個人番号（確認のためもう一度）", widget=NumberGroups(same_as="number")
    )
    seen = forms.MultipleChoiceField(
        label="確認した書類",
        choices=DOCUMENTS,
        widget=forms.CheckboxSelectMultiple,
        help_text="あてはまるものをすべて選んでください。",
    )
    way = forms.ChoiceField(label="確認の方法", choices=WAYS, widget=forms.RadioSelect)
    image = forms.FileField(
        label="番号確認書類の画像", required=False, help_text="JPEG、PNG、PDF。1つ10MBまで。"
    )
    password = forms.CharField(
        label="パスワード", widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )
    code = forms.CharField(
        label="社員番号",
        required=False,
        initial="A0001234",
        widget=forms.TextInput(attrs={"readonly": True}),
        help_text="給与計算システムの値です。",
    )
    office = forms.CharField(label="事業所", required=False, initial="本社", disabled=True)
    remark = forms.CharField(label="備考", required=False, widget=forms.Textarea)
    told = forms.BooleanField(label="利用目的を本人に知らせました")


class PeopleSearch(forms.Form):
    q = forms.CharField(label="社員番号・氏名・カナ", required=False)
    department = forms.ChoiceField(
        label="部署",
        required=False,
        choices=[("", "すべて"), ("1", "本社 管理部"), ("2", "大阪支店 営業部")],
    )
    state = forms.ChoiceField(
        label="番号の状態",
        required=False,
        choices=[("", "すべて"), ("none", "未登録"), ("kept", "登録済"), ("due", "廃棄予定")],
    )
    retired = forms.BooleanField(label="退職者を含む", required=False)


class DisposeForm(forms.Form):
    reason = forms.ChoiceField(
        label="廃棄の理由", choices=[("", "選んでください"), ("due", "保存期間が終わったため")]
    )
    confirm = forms.CharField(
        label="確認のため「3人を廃棄」と入力してください",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class SignInForm(forms.Form):
    contract = forms.CharField(
        label="契約番号",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "organization"}),
    )
    user = forms.CharField(
        label="ユーザID", widget=forms.TextInput(attrs={"autocomplete": "username"})
    )
    password = forms.CharField(
        label="パスワード", widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )


def refused() -> EveryField:
    """The form after a failed attempt: values kept, except passwords and numbers."""
    typed = {
        "name": "山田 花子",
        "relation": "2",
        "born": "令和8年13月1日",
        "way": "meet",
        "remark": "郵送で受領",
    }
    form = EveryField({f"refused-{name}": value for name, value in typed.items()}, prefix="refused")
    form.errors.pop("number")
    form.add_error("born", "13月はありません。生年月日をもう一度ご確認ください。")
    form.add_error("number", "検査用数字が合いません。番号確認書類をもう一度ご確認ください。")
    form.add_error(None, "この社員の番号は、ほかの担当者が先に登録しました。内容をご確認ください。")
    return form
