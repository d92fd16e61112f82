from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from azukari.register.models import Person
from azukari.tenancy.ids import new_id
from azukari.tenancy.managers import Anywhere, OfCompany
from azukari.tenancy.models import Company, Office


class FilingState(models.TextChoices):
    READYING = "readying", "内容を準備中"
    PREPARING = "preparing", "作成準備中"
    MAKING = "making", "作成中"
    MADE = "made", "作成済"
    REFUSED = "refused", "作成できません"
    DESTROYED = "destroyed", "廃棄済"


class FilingAct(models.TextChoices):
    """What a filing does to one that was filed before."""

    NEW = "new", "新規"
    CORRECT = "correct", "訂正"
    CANCEL = "cancel", "取消"


class FilingOutput(models.TextChoices):
    FILE = "file", "電子申請用のファイル"
    PDF = "pdf", "1つのPDF"
    ZIP = "zip", "1人ずつのPDF（ZIP）"


class Filing(models.Model):
    """One file or set of forms made for people chosen, and what became of it.

    Of `people` everybody counts whom a slip or record is about; members of families stand with
    them.  The file is fetched until `expires_at`, and kept for corrections until `kept_until`.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    office = models.ForeignKey(
        Office, on_delete=models.PROTECT, related_name="+", db_constraint=False
    )
    form = models.CharField("様式", max_length=40)
    year = models.PositiveSmallIntegerField("年分", null=True)
    act = models.CharField(
        max_length=8, choices=FilingAct.choices, default=FilingAct.NEW, db_default=FilingAct.NEW
    )
    # The filing that this one corrects or cancels.
    source = models.UUIDField(null=True)
    output = models.CharField(
        max_length=8,
        choices=FilingOutput.choices,
        default=FilingOutput.FILE,
        db_default=FilingOutput.FILE,
    )
    # Encrypted under a passphrase, which is a secret of the vault until it was shown.
    locked = models.BooleanField("パスワード", default=False, db_default=False)
    secret_cell = models.UUIDField(null=True)
    # What was asked once for everybody, and what the cover sheet of the made file says.
    head = models.JSONField(default=dict)
    cover = models.JSONField(default=list)
    # The file of figures (`FiguresFile`) until it is read.
    figures_cell = models.UUIDField(null=True)
    # Whom a worker has yet to put onto the filing, and the pieces that the making has gathered.
    chosen = ArrayField(models.UUIDField(), default=list, db_default=[])
    pieces = ArrayField(models.UUIDField(), default=list, db_default=[])
    purpose = models.CharField("利用目的", max_length=24)
    state = models.CharField(
        max_length=12, choices=FilingState.choices, default=FilingState.PREPARING
    )
    media_number = models.PositiveSmallIntegerField("媒体通番", null=True)
    people = models.PositiveIntegerField(default=0)
    file_name = models.CharField(max_length=80, blank=True)
    cell = models.UUIDField(null=True)
    size = models.PositiveBigIntegerField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    problems = models.JSONField(default=list)
    started_by = models.UUIDField(null=True)
    started_by_name = models.CharField(max_length=60)
    started_at = models.DateTimeField(default=timezone.now)
    made_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    kept_until = models.DateTimeField(null=True)
    downloads = models.PositiveIntegerField(default=0, db_default=0)
    downloaded_at = models.DateTimeField(null=True)
    downloaded_by_name = models.CharField(max_length=60, blank=True)
    destroyed_at = models.DateTimeField(null=True)

    anywhere = Anywhere["Filing"]()
    objects = OfCompany["Filing"]()

    class Meta:
        db_table = "use_filing"
        base_manager_name = "anywhere"
        constraints = [models.UniqueConstraint(fields=["company", "id"], name="filing_company_id")]
        indexes = [models.Index(fields=["company", "-started_at"], name="filing_started")]

    def __str__(self) -> str:
        return f"{self.form} {self.id}"


class FilingPerson(models.Model):
    """A person on a filing, with the facts that the form asks for beyond the register.

    A member of a family stands at the `place` of the employee, with a `member` from 1.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    filing = models.ForeignKey(
        Filing, on_delete=models.CASCADE, related_name="+", db_constraint=False
    )
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", db_constraint=False
    )
    place = models.PositiveIntegerField()
    member = models.PositiveSmallIntegerField(default=0, db_default=0)
    facts = models.JSONField(default=dict)

    anywhere = Anywhere["FilingPerson"]()
    objects = OfCompany["FilingPerson"]()

    class Meta:
        db_table = "use_filing_person"
        base_manager_name = "anywhere"
        constraints = [
            models.UniqueConstraint(
                fields=["company", "filing", "person"], name="filing_person_once"
            ),
        ]
        indexes = [models.Index(fields=["company", "filing", "place"], name="filing_person_place")]

    def __str__(self) -> str:
        return f"{self.filing_id} {self.place}"


class FiguresState(models.TextChoices):
    MAPPING = "mapping", "列の対応待ち"
    READING = "reading", "読み込み中"
    TAKEN = "taken", "読み込み済"
    REFUSED = "refused", "読み込めません"
    STOPPED = "stopped", "取り消し済"

    @classmethod
    def open(cls) -> "tuple[FiguresState, ...]":
        return cls.MAPPING, cls.READING


class FiguresFile(models.Model):
    """The file of figures that was sent last for a filing, and what became of it.

    `names`: place of a column → what it is; `problem` says why it was refused, `mistakes` which
    cells could not be read (`figures.reading.Mistake`).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+", db_index=False)
    filing = models.ForeignKey(
        Filing, on_delete=models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )
    state = models.CharField(max_length=8, choices=FiguresState.choices)
    encoding = models.CharField(max_length=12)
    columns = models.JSONField(default=list)
    names = models.JSONField(default=dict)
    problem = models.CharField(max_length=32, blank=True)
    people = models.PositiveIntegerField(default=0)
    strangers = models.PositiveIntegerField(default=0)
    some_strangers = models.JSONField(default=list)
    mistakes = models.JSONField(default=list)
    sent_by_name = models.CharField(max_length=60)
    sent_at = models.DateTimeField(default=timezone.now)

    anywhere = Anywhere["FiguresFile"]()
    objects = OfCompany["FiguresFile"]()

    class Meta:
        db_table = "use_figures_file"
        base_manager_name = "anywhere"
        constraints = [
            models.UniqueConstraint(fields=["company", "filing"], name="figures_file_of_filing")
        ]

    def __str__(self) -> str:
        return f"{self.filing_id} {self.state}"
