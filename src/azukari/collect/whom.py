"""Whom a number may be asked of, for what, and how it would come."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone

from azukari.collect import rules
from azukari.collect.terms import Terms
from azukari.law.purpose import PersonKind as LawKind
from azukari.law.purpose import Purpose
from azukari.law.verification import Provision
from azukari.register import notices
from azukari.register.models import NumberState, Person, PersonKind


@dataclass(frozen=True)
class Wanted:
    """One person whose number is asked for."""

    person: Person
    changed: bool
    purposes: tuple[Purpose, ...]
    provision: Provision


def wanted_of(people: Iterable[tuple[Person, bool]], terms: Terms) -> list[Wanted]:
    """Those of the people (person, number changed) that may be asked, in the given order.

    番号法 第14条, 第15条: nobody is asked whose number is here already (unless it changed), is not
    needed, or would serve no purpose that is on; nor a kind of person the terms leave out.
    """
    off = notices.switched_off()
    found = (_wanted(person, terms, off, changed=changed) for person, changed in people)
    return [one for one in found if one is not None]


def _wanted(
    person: Person, terms: Terms, off: frozenset[Purpose], *, changed: bool
) -> Wanted | None:
    if not _is_asked(person, terms) or not _is_here(person):
        return None
    held = person.number_state == NumberState.ACTIVE
    if held != changed or person.number_state == NumberState.NOT_NEEDED:
        return None
    purposes = rules.purposes_to_ask(
        LawKind(person.kind),
        tax_dependent=person.tax_dependent,
        health_dependent=person.health_dependent,
        category3=person.category3,
        switched_off=off,
    )
    if not purposes:
        return None
    ordered = tuple(one for one in Purpose if one in purposes)
    provision = rules.provision_to_ask(LawKind(person.kind), ordered, agent_allowed=terms.agent)
    return Wanted(person, changed, ordered, provision)


def _is_asked(person: Person, terms: Terms) -> bool:
    if person.kind == PersonKind.FAMILY:
        return terms.asks_family
    return terms.asks_self or person.kind == PersonKind.PAYEE


def _is_here(person: Person) -> bool:
    """Still employed, dependent or under contract; after that, until the reports on its last year
    are filed (源泉徴収票 and 支払調書: 31 January of the next one).
    """
    if person.kind == PersonKind.FAMILY:
        host_left = person.host.left_on if person.host is not None else None
        ends = [person.dependent_until, host_left]
    elif person.kind == PersonKind.PAYEE:
        ends = [person.contract_to]
    else:
        ends = [person.left_on]
    this_year = timezone.localdate().year
    return all(end is None or end.year >= this_year - 1 for end in ends)
