"""`python -m azukari.synthetic`: an invented company as files."""

from pathlib import Path

import click

from azukari.synthetic.csv_files import ENCODINGS, write_csv
from azukari.synthetic.csv_layout import DateStyle
from azukari.synthetic.mistakes import KINDS


def _list_kinds(ctx: click.Context, _option: click.Parameter, wanted: bool) -> None:  # noqa: FBT001 - click calls it so
    if wanted:
        for kind in KINDS.values():
            click.echo(f"{kind.name:20} {kind.outcome:7} {kind.field}")
        ctx.exit()


def _kinds(_ctx: click.Context, _option: click.Parameter, text: str) -> tuple[str, ...]:
    names = tuple(name.strip() for name in text.split(",") if name.strip())
    unknown = [name for name in names if name not in KINDS]
    if unknown:
        raise click.BadParameter(
            f"知らない種類です: {', '.join(unknown)}。--list-kinds で一覧を確かめてください。"
        )
    return names


@click.command()
@click.option("--employees", type=click.IntRange(1, 1_000_000), default=1000, help="従業員数")
@click.option("--seed", type=int, default=1, help="乱数の種。同じ値なら同じ内容になります")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="書き出し先フォルダ")
@click.option("--company", default="C0001", help="会社コード")
@click.option("--company-index", type=click.IntRange(0, 12_498), default=0, help="会社の通番")
@click.option("--encoding", type=click.Choice(ENCODINGS), default="utf-8-sig", help="文字コード")
@click.option(
    "--date-style", type=click.Choice([s.value for s in DateStyle]), default="slash", help="日付"
)
@click.option("--error-rate", type=click.FloatRange(0, 1), default=0.0, help="誤りを入れる行の割合")
@click.option("--kinds", default="", callback=_kinds, help="入れる誤りの種類（コンマ区切り）")
@click.option(
    "--list-kinds",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_list_kinds,
    help="誤りの種類の一覧",
)
def main(
    *,
    employees: int,
    seed: int,
    out: Path,
    company: str,
    company_index: int,
    encoding: str,
    date_style: str,
    error_rate: float,
    kinds: tuple[str, ...],
) -> None:
    """架空の会社の従業員・家族のCSVを書き出します。実在の人物とは関係ありません。"""
    written = write_csv(
        out,
        employees,
        seed=seed,
        company=company,
        company_index=company_index,
        encoding=encoding,
        date_style=DateStyle(date_style),
        error_rate=error_rate,
        kinds=kinds,
    )
    click.echo(
        f"従業員 {written.employees:,} 人、家族 {written.families:,} 人、"
        f"誤り {written.mistakes.total():,} 件を {out} に書き出しました。"
    )


if __name__ == "__main__":
    main()
