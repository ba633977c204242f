"""What a till may spend while it is offline: points beyond what a customer turns out to hold, up to a signed allowance.

A till that cannot ask does not know what is left of a balance. Cut off, it may spend points up to its allowance, over
all customers; its sales come later, each with the allowance it was made under. What the balance does not cover then is
owed by the customer and counted against the allowance, by one guarded statement. So whatever happened meanwhile, tills
have overspent at most the sum of their allowances.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import NamedTuple
from uuid import UUID

from django.core import signing
from django.db import connection

from regulars.access.auditing import audit_record
from regulars.access.rules import Actor
from regulars.balances.errors import AllowanceRefused, BadAmount
from regulars.balances.models import Allowance
from regulars.core.checks import text_fit
from regulars.core.text import marked as _
from regulars.sales.models import Register, Sale
from regulars.sales.reaching import store_reached
from regulars.sales.services import registers_ensure
from regulars.storage.writing import is_sqlite, writing

MOST_POINTS, MOST_HOURS = 1_000_000, 7 * 24
# Sales that were made while the till could ask.
NO_ALLOWANCES: Mapping[UUID, str] = MappingProxyType({})
_signer = signing.Signer(salt="allowance")
_DRAW = """
    UPDATE balances_allowance SET used = used + %s
    WHERE id = %s AND register_id = %s AND used + %s <= points AND begins_at <= %s AND ends_at > %s
"""


class AllowanceTold(NamedTuple):
    """An allowance as the till gets it; `token` goes along with the sales made under it."""

    token: str
    points: int
    used: int
    begins_at: datetime
    ends_at: datetime


def allowance_make(store: str, register: str, *, points: int, hours: int, actor: Actor, at: datetime) -> AllowanceTold:
    """The till has an allowance of so many points for so many hours; one that it had before ends now.

    Raises Forbidden, StoreUnknown, TextUnfit, BadAmount.
    """
    actor.require("balances.adjust")
    if not 0 < points <= MOST_POINTS:
        raise BadAmount(amount=points, bounds=_("a whole number of points from 1 to %s") % MOST_POINTS)
    if not 0 < hours <= MOST_HOURS:
        raise BadAmount(amount=hours, bounds=_("a whole number of hours from 1 to %s") % MOST_HOURS)
    store_id = store_reached(store, right="balances.adjust", visible_to=actor).id
    name = text_fit(register, field=_("register"), longest=64, least=1)
    with writing():
        register_id = registers_ensure([(store_id, name)])[store_id, name]
        Register.objects.select_for_update().get(id=register_id)
        Allowance.objects.filter(register_id=register_id, ends_at__gt=at, begins_at__lt=at).update(ends_at=at)
        Allowance.objects.filter(register_id=register_id, ends_at__gt=at).delete()
        row = Allowance.objects.create(
            register_id=register_id, points=points, begins_at=at, ends_at=at + timedelta(hours=hours),
            made_by=actor.key,
        )  # fmt: skip
        audit_record(
            actor=actor, verb="balances.allowance_make", subject_kind="register", subject_ids=[register_id], at=at,
            facts={"points": points, "hours": hours},
        )  # fmt: skip
    return _told(row)


def allowance_get(store: str, register: str, *, visible_to: Actor, at: datetime) -> AllowanceTold | None:
    """The allowance the till may spend under now, if it has one. Raises Forbidden, StoreUnknown."""
    visible_to.require("sales.record")
    store_id = store_reached(store, right="sales.record", visible_to=visible_to).id
    of_register = Allowance.objects.filter(register__store=store_id, register__name=register)
    row = of_register.filter(begins_at__lte=at, ends_at__gt=at).order_by("-id").first()
    return _told(row) if row else None


def allowance_draw(token: str, points: int, *, sale_uid: UUID) -> None:
    """So many points that are not there are counted against the allowance of the till that made the sale.

    Inside `writing()`, after the sale is stored. Raises AllowanceRefused, with what is wrong; then nothing is counted.
    """
    try:
        id_ = int(_signer.unsign(token))
    except (signing.BadSignature, ValueError):
        raise AllowanceRefused(reason=_("it was not given by this shop")) from None
    register, sold_at = Sale.objects.values_list("register_id", "sold_at").get(uid=sale_uid)
    moment = sold_at.replace(tzinfo=None).isoformat(" ") if is_sqlite() else sold_at
    with connection.cursor() as cursor:
        cursor.execute(_DRAW, [points, id_, register, points, moment, moment])
        if cursor.rowcount:
            return
    row = Allowance.objects.filter(id=id_).first()
    if row is None or row.register_id != register:
        raise AllowanceRefused(reason=_("it is another register's"))
    if not row.begins_at <= sold_at < row.ends_at:
        raise AllowanceRefused(reason=_("it was not in force when the sale was made"))
    raise AllowanceRefused(reason=_("%s points of it are left") % (row.points - row.used))


def _told(row: Allowance) -> AllowanceTold:
    return AllowanceTold(_signer.sign(str(row.id)), row.points, row.used, row.begins_at, row.ends_at)
