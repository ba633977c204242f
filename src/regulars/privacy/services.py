"""Recording what customers agreed to, and what they ask for."""

from datetime import date, datetime

from regulars.access.auditing import audit_record
from regulars.access.rules import Actor
from regulars.privacy.errors import RequestClosed, RequestUnknown, UnknownChannel, UnknownOutcome, UnknownRequestKind
from regulars.privacy.models import CONSENT_CHANNELS, OUTCOMES, REQUEST_KINDS, ConsentEntry, PrivacyRequest
from regulars.privacy.rules import due_on
from regulars.storage.writing import writing


def consent_record(
    customer_id: int, *, channel: str, is_given: bool, wording: str, place: str, actor: Actor, at: datetime
) -> None:
    """The customer's yes or no to this channel holds from `at` on; what was said before stays as evidence.

    Raises Forbidden, UnknownChannel. The customer must exist.
    """
    actor.require("customers.edit")
    if channel not in CONSENT_CHANNELS:
        raise UnknownChannel(channel=channel, known=", ".join(CONSENT_CHANNELS))
    with writing():
        ConsentEntry.objects.create(
            customer_id=customer_id,
            channel=channel,
            is_given=is_given,
            wording=wording,
            place=place,
            actor=actor.name,
            at=at,
        )
        audit_record(
            actor=actor,
            verb="privacy.consent_record",
            subject_kind="customer",
            subject_ids=[customer_id],
            at=at,
            facts={"channel": channel, "is_given": is_given},
        )


def request_record(customer_id: int, *, kind: str, place: str, actor: Actor, at: datetime, today: date) -> int:
    """The request waits for an answer, with the last day for it; its id. One that waits already stays as it is.

    Inside `writing()`. Raises Forbidden, UnknownRequestKind. The customer must exist and be within reach.
    """
    actor.require("privacy.request")
    if kind not in REQUEST_KINDS:
        raise UnknownRequestKind(kind=kind, known=", ".join(REQUEST_KINDS))
    waiting = PrivacyRequest.objects.filter(customer_id=customer_id, kind=kind, outcome="").first()
    if waiting is not None:
        return waiting.id
    row = PrivacyRequest.objects.create(
        customer_id=customer_id, kind=kind, place=place, asked_at=at, asked_by=actor.key, due_on=due_on(today)
    )
    _audit(actor, "privacy.request_make", row, at)
    return row.id


def request_withdraw(request_id: int, *, actor: Actor, at: datetime) -> None:
    """The customer no longer asks for it. Raises Forbidden, RequestClosed; RequestUnknown, also for another's."""
    actor.require("privacy.request")
    if actor.customer_id is None:
        raise RequestUnknown(name=request_id)
    with writing():
        row = PrivacyRequest.objects.select_for_update().filter(id=request_id, customer_id=actor.customer_id).first()
        _close(row, name=request_id, outcome="withdrawn", actor=actor, at=at)


def request_answer(request_id: int, *, outcome: str, actor: Actor, at: datetime) -> None:
    """The request is closed with this outcome. Raises Forbidden, UnknownOutcome, RequestUnknown, RequestClosed."""
    actor.require("privacy.answer")
    if outcome not in OUTCOMES:
        raise UnknownOutcome(outcome=outcome, known=", ".join(OUTCOMES))
    with writing():
        row = PrivacyRequest.objects.select_for_update().filter(id=request_id).first()
        _close(row, name=request_id, outcome=outcome, actor=actor, at=at)


def _close(row: PrivacyRequest | None, *, name: int, outcome: str, actor: Actor, at: datetime) -> None:
    if row is None:
        raise RequestUnknown(name=name)
    if row.outcome:
        raise RequestClosed
    PrivacyRequest.objects.filter(id=row.id).update(outcome=outcome, closed_at=at, closed_by=actor.key)
    _audit(actor, "privacy.request_close", row, at, outcome=outcome)


def _audit(actor: Actor, verb: str, row: PrivacyRequest, at: datetime, **facts: str) -> None:
    audit_record(
        actor=actor,
        verb=verb,
        subject_kind="customer",
        subject_ids=[row.customer_id],
        at=at,
        facts={"request": row.id, "kind": row.kind, **facts},
    )
