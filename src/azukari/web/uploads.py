"""Files that browsers send: packed in memory as they come, never on a disk (decision 7)."""

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile

from azukari.register.sheets.packed import Packed, Packing

if TYPE_CHECKING:
    _File = UploadedFile[bytes]  # generic for mypy alone
else:
    _File = UploadedFile


class PackedFile(_File):
    """Read once from its beginning, or taken as it is: `packed`."""

    def __init__(self, packed: Packed, **facts: Any) -> None:
        super().__init__(packed.open(), size=packed.size, **facts)
        self.packed = packed


class PackingHandler(FileUploadHandler):
    def new_file(self, *args: Any, **facts: Any) -> None:
        super().new_file(*args, **facts)
        self._packing = Packing()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if start + len(raw_data) > settings.FILE_UPLOAD_MAX_MEMORY_SIZE:
            raise SkipFile
        self._packing.add(raw_data)

    def file_complete(self, file_size: int) -> PackedFile:  # noqa: ARG002  Django's signature
        return PackedFile(
            self._packing.end(),
            name=self.file_name,
            content_type=self.content_type,
            charset=self.charset,
            content_type_extra=self.content_type_extra,
        )


def packed_of(file: _File) -> Packed:
    return file.packed if isinstance(file, PackedFile) else Packed.of(file.read())
