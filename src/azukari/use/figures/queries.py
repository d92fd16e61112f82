"""Questions about the file of figures of a filing."""

from typing import Final

from azukari.progress import actions as progress
from azukari.progress.models import Progress
from azukari.use.models import FiguresFile, FiguresState, Filing

WORK: Final = "filing.figures"
"""The kind of work that reading such a file is."""


def file_of(filing: Filing) -> FiguresFile | None:
    """The file of figures that was sent last."""
    return FiguresFile.objects.filter(filing=filing).first()


def task_of(filing: Filing) -> Progress | None:
    """The latest reading of a file of figures."""
    return progress.of_subject(filing.id, kind=WORK)


def is_being_read(filing: Filing) -> bool:
    """Whether a file of figures is being read, or waits for a worker who will."""
    file = file_of(filing)
    if file is None or file.state != FiguresState.READING:
        return False
    task = task_of(filing)
    return task is not None and not task.is_over
