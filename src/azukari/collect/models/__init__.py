"""Tables of the collection, a file for each noun."""

from azukari.collect.models.application import (
    Application,
    ApplicationItem,
    Document,
    DocumentOpening,
)
from azukari.collect.models.mail import Mail, MailState, MailTemplate
from azukari.collect.models.request import Request, RequestBatch, RequestedPerson, RequestLink
from azukari.collect.models.setting import CollectionSetting

__all__ = [
    "Application",
    "ApplicationItem",
    "CollectionSetting",
    "Document",
    "DocumentOpening",
    "Mail",
    "MailState",
    "MailTemplate",
    "Request",
    "RequestBatch",
    "RequestLink",
    "RequestedPerson",
]
