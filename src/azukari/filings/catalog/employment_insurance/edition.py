"""The one edition of the 連記式 files, read once."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from azukari.filings.engine.layout import Layout, read_layout, read_yaml
from azukari.filings.engine.record import Record, compile_record

_FOLDER = "2019"


@dataclass(frozen=True, slots=True)
class Edition:
    """Layouts of the head and of the records by 帳票種別; versions and file names likewise."""

    format: str
    title_ja: str
    valid_from: date
    preview: bool
    media: Layout
    office: Layout
    records: dict[str, Layout]
    versions: dict[str, str]
    file_names: dict[str, str]
    purposes: dict[str, str]


@dataclass(frozen=True, slots=True)
class Checks:
    """The records of the edition, ready to run."""

    media: Record
    office: Record
    records: dict[str, Record]


@cache
def edition() -> Edition:
    """What stands in the folder."""
    folder = files(__package__).joinpath(_FOLDER)
    constants = read_yaml(folder, "edition")
    records = {str(kind): about for kind, about in constants["records"].items()}
    return Edition(
        format=str(constants["format"]),
        title_ja=str(constants["title_ja"]),
        valid_from=constants["valid_from"],
        preview=bool(constants["preview"]),
        media=read_layout(folder, "media"),
        office=read_layout(folder, "office"),
        records={kind: read_layout(folder, kind) for kind in records},
        versions={kind: str(about["version"]) for kind, about in records.items()},
        file_names={kind: str(about["file_name"]) for kind, about in records.items()},
        purposes={kind: str(read_yaml(folder, kind)["purpose"]) for kind in records},
    )


@cache
def checks(*, check_digits: bool) -> Checks:
    """The checks of the edition, compiled once."""
    known = edition()
    return Checks(
        media=compile_record(known.media),
        office=compile_record(known.office),
        records={
            kind: compile_record(layout, check_digits=check_digits)
            for kind, layout in known.records.items()
        },
    )
