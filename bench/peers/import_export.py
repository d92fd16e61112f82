"""Registration with django-import-export as its documentation shows it; small, as it takes long.

employees.csv only.  The table of `bulk_create` and its encrypted field, the package's defaults, a
dry run first as its admin does, one line of an audit table per person.
"""

from pathlib import Path
from typing import Any

import tablib
from import_export import fields, resources, widgets

from bench.measure import Measured, expect, measuring
from bench.peers.bulk_create import TABLES, Audit, Person, index_of
from bench.peers.django_alone import make_tables
from bench.samples import sample_numbers

_DAY = widgets.DateWidget("%Y/%m/%d")


class EmployeeResource(resources.ModelResource):  # type: ignore[misc]
    employee_code = fields.Field("employee_code", "社員番号")
    name = fields.Field("name", "氏名")
    kana = fields.Field("kana", "氏名カナ")
    birth_date = fields.Field("birth_date", "生年月日", widget=_DAY)
    sex = fields.Field("sex", "性別")
    hired_on = fields.Field("hired_on", "入社年月日", widget=_DAY)
    left_on = fields.Field("left_on", "退職年月日", widget=_DAY)
    department_code = fields.Field("department_code", "部署コード")
    department = fields.Field("department", "部署名")
    address = fields.Field("address", "住所")
    telephone = fields.Field("telephone", "電話番号")
    mail = fields.Field("mail", "メールアドレス")
    number = fields.Field("number", "個人番号")

    class Meta:
        model = Person
        import_id_fields = ("employee_code",)
        fields = (
            "employee_code", "name", "kana", "birth_date", "sex", "hired_on", "left_on",
            "department_code", "department", "address", "telephone", "mail", "number",
        )  # fmt: skip

    def before_save_instance(self, instance: Person, row: dict[str, Any], **_: Any) -> None:
        instance.number_index = index_of(row["個人番号"])

    def after_save_instance(self, instance: Person, *_: Any, **_how: Any) -> None:
        Audit.objects.create(
            actor="運用 太郎", action="NUMBER_RECORDED", person_id=instance.id, purpose="税"
        )


def register(folder: str, employees: int) -> dict[str, Measured]:
    make_tables(TABLES)
    place = Path(folder)
    with measuring() as cost:
        text = (place / "employees.csv").read_text("utf-8-sig")
        dataset = tablib.Dataset().load(text, format="csv")
        for dry_run in (True, False):
            done = EmployeeResource().import_data(
                dataset, dry_run=dry_run, use_transactions=True, raise_errors=True
            )
            expect("errors", done.has_errors(), False)
    expect("people", Person.objects.count(), employees)
    expect("audit", Audit.objects.count(), employees)
    for (code, member), number in sample_numbers(place).items():
        if not member:
            kept = Person.objects.get(employee_code=code)
            expect("a number is that of the file", kept.number == number, True)
    return {"registration": Measured(employees, cost)}
