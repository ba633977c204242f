"""Importing and undoing: files become sales the way every sale goes, in one transaction that keeps all or nothing."""

import gc
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import chain, islice
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.db import transaction

from regulars.access.auditing import audit_record
from regulars.access.rules import Actor
from regulars.checkout.answers import SaleAnswer
from regulars.checkout.linking import Scene
from regulars.checkout.services import sales_remove
from regulars.checkout.storing import customers_follow, drafts_store
from regulars.core.days import moment_at, timezone_of
from regulars.core.errors import Fault
from regulars.core.garbage import collected_afterwards
from regulars.core.money import currency_places
from regulars.core.text import marked as _
from regulars.customers.details import CustomerDetails
from regulars.customers.filling import customers_fill
from regulars.customers.linking import Holders
from regulars.customers.rules import Contact
from regulars.customers.selectors import customers_brought, holders_of
from regulars.exchange.errors import CurrencyOther, ImportUndone, StoreNotNamed, StoresUnknown
from regulars.exchange.mapping import FileMapping
from regulars.exchange.models import Import
from regulars.exchange.reading.kinds import digest_of
from regulars.exchange.reconciliation import Part, Reconciliation, reconciled
from regulars.exchange.refused import refused_remove, refused_write
from regulars.exchange.selectors import import_get
from regulars.exchange.staging.desk import Desk, desk_opened
from regulars.exchange.staging.details import customers_count, details_told, owners_add, owners_begin
from regulars.exchange.staging.drafts import StagedSale, drafts_staged
from regulars.exchange.staging.figures import (
    RefusedRow,
    refusal_add,
    refusals_begin,
    refused_parts,
    refused_rows,
    skipped_parts,
    totals,
)
from regulars.exchange.staging.profiles import profile_heads_made, profiles_own, profiles_owned, profiles_told
from regulars.exchange.staging.reading import files_read
from regulars.exchange.staging.sales import heads_made, storeless_file, stores_named
from regulars.sales import selectors as sales_selectors
from regulars.sales.models import Business, Store
from regulars.sales.services import store_create
from regulars.storage.writing import alone, statistics_refresh

# Sales recorded together: enough that statements cost little, few enough that they stay in memory.
SALES_AT_ONCE = 6_000
# What a chunk leaves behind goes by itself, but for a few circles of Django's.
_COLLECTED_EVERY = 10 * SALES_AT_ONCE
# How many refused rows an answer shows; the file has them all.
REFUSED_SHOWN = 20


class Progress(Protocol):
    """Told how far an import is."""

    def __call__(self, step: str, done: int, total: int) -> None: ...


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import did, or would do: a dry run, and a file that holds nothing new, have no id and leave no file."""

    import_id: int | None
    reconciliation: Reconciliation
    refused_first: tuple[RefusedRow, ...]
    refused_file: Path | None


@dataclass(slots=True)
class _Tally:
    """What was recorded so far."""

    rows: int = 0
    money: int = 0
    created: int = 0
    unchanged: int = 0
    touched: set[int] = field(default_factory=set)


def import_run(
    *,
    paths: Sequence[Path],
    mapping: FileMapping,
    store: str | None = None,
    create_stores: bool = False,
    dry_run: bool,
    actor: Actor,
    at: datetime,
    progress: Progress,
    upload: int | None = None,
    refused_into: Path | None = None,
) -> ImportResult:
    """Every sale of the files that can be is recorded, its customer known, and every row accounted for.

    Files that tell of customers alone open and complete profiles, and there are no sales. `upload` is the one the
    files came with; `refused_into` is a folder for the refused rows of a dry run.
    `store` is where sales were made whose file does not say; left out where there is only one store. A dry run does
    all of it and keeps nothing. The same files again change nothing.
    Raises Forbidden; what reading a file and a mapping raise (exchange/errors.py); StoreNotNamed, StoresUnknown,
    CurrencyOther; DiskFull, DatabaseBusy. Then nothing is kept.
    """
    actor.require("exchange.import")
    business = sales_selectors.business_get()
    _check_currency(mapping, business)
    places = currency_places(business.currency)
    with desk_opened(mapping, places=places, prices_include_tax=business.prices_include_tax) as desk:
        progress(_("reading"), 0, len(paths))
        files_read(desk, paths, country=business.country, today=_today(business, at))
        progress(_("reading"), len(paths), len(paths))
        with alone():
            run = _Run(desk, business, actor, at, progress, upload, refused_into)
            result = run.recorded(paths, store=store, create_stores=create_stores, is_kept=not dry_run)
            # Where nothing was new there is nothing to keep, nor to undo: not even that it was tried.
            transaction.set_rollback(result.import_id is None)
            return result


def import_undo(*, import_id: int, actor: Actor, at: datetime) -> int:
    """The sales the import brought are gone, and the customers that only they need; how many sales.

    Stores that it made stay, and so does what it filled in for customers who were here before.
    Raises Forbidden, ImportUnknown, ImportUndone; what `sales_remove` raises.
    """
    actor.require("exchange.import")
    with alone():
        found = import_get(import_id, visible_to=actor)
        if found.undone_at is not None:
            raise ImportUndone(name=import_id, day=found.undone_at.date())
        count = sales_remove(brought_by=import_id, actor=actor, at=at)
        Import.objects.filter(id=import_id).update(status="undone", undone_at=at)
        audit_record(actor=actor, verb="exchange.import_undo", subject_kind="import", subject_ids=[import_id], at=at)
        transaction.on_commit(lambda: refused_remove(_folder(import_id)))
        return count


def _folder(import_id: int) -> Path:
    """Where an import leaves its refused rows."""
    imports: Path = settings.DATA_FOLDER.imports
    return imports / str(import_id)


def _today(business: Business, at: datetime) -> date:
    return moment_at(at, timezone=timezone_of(business.timezone), cutoff_minutes=business.day_cutoff).day


def _check_currency(mapping: FileMapping, business: Business) -> None:
    if mapping.file.currency and mapping.file.currency != business.currency:
        raise CurrencyOther(found=mapping.file.currency, expected=business.currency)
    if mapping.file.timezone:
        timezone_of(mapping.file.timezone)


@dataclass(frozen=True, slots=True)
class _Run:
    """One import at work, inside `writing()`."""

    desk: Desk
    business: Business
    actor: Actor
    at: datetime
    progress: Progress
    upload: int | None
    refused_into: Path | None

    def recorded(self, paths: Sequence[Path], *, store: str | None, create_stores: bool, is_kept: bool) -> ImportResult:
        """All is recorded and accounted for; the refused rows stand in their file where the import is kept."""
        is_of_customers = self.desk.is_of_customers
        stores = {} if is_of_customers else self._stores(store, create_stores=create_stores)
        row = self._begun(paths)
        with collected_afterwards():
            tally = self._customers_led() if is_of_customers else self._sales_recorded(stores, brought_by=row.id)
        self.progress(_("finishing"), 0, 1)
        if tally.created:
            statistics_refresh()
        customers_follow(tally.touched, business=self.business)
        today = _today(self.business, self.at)
        filled = [
            customers_fill(details, actor=self.actor, at=self.at, today=today, brought_by=row.id)
            for details in self._details()
        ]
        customers_follow(customers_brought(row.id) - tally.touched, business=self.business)
        figures = self._figures(tally, brought_by=row.id)
        Import.objects.filter(id=row.id).update(reconciliation=figures.as_json())
        audit_record(
            actor=self.actor, verb="exchange.import_run", subject_kind="import", subject_ids=[row.id], at=self.at,
            facts={"sales": tally.created},
        )  # fmt: skip
        shown = tuple(islice(refused_rows(self.desk), REFUSED_SHOWN))
        is_new = tally.created or figures.refused or any(each.created or each.completed for each in filled)
        self.progress(_("finishing"), 1, 1)
        if not (is_kept and is_new):
            tried = refused_write(self.refused_into, refused_rows(self.desk)) if self.refused_into else None
            return ImportResult(None, figures, shown, tried)
        return ImportResult(row.id, figures, shown, self._refused_written(row.id))

    def _begun(self, paths: Sequence[Path]) -> Import:
        return Import.objects.create(
            preset=self.desk.mapping.name,
            files=[path.name for path in paths],
            digest=digest_of(list(paths)),
            status="done",
            at=self.at,
            actor=self.actor.name,
            upload_id=self.upload,
            reconciliation={},
        )

    def _stores(self, store: str | None, *, create_stores: bool) -> Mapping[str, Store]:
        """The stores of the sales, which stand in `heads` from now on. Raises StoreNotNamed, StoresUnknown."""
        default = self._default_store(store)
        named = stores_named(self.desk) | ({default} if default else frozenset())
        known = sales_selectors.stores_named(named)
        missing = sorted(named - known.keys())
        if missing and not create_stores:
            quoted = ", ".join(f'"{name}"' for name in missing)
            raise StoresUnknown(names=quoted, hint=sales_selectors.store_hint(missing[0]))
        zone = self.desk.mapping.file.timezone or ""
        made = {name: store_create(name=name, business=self.business, timezone=zone, actor=self.actor, at=self.at)
                for name in missing}  # fmt: skip
        stores = {**known, **made}
        zones = {name: each.timezone for name, each in stores.items()}
        heads_made(self.desk, store=default or "", zones=zones, zone=self.business.timezone)
        return stores

    def _default_store(self, store: str | None) -> str | None:
        """The store of the sales that name none: the one given, or the only one there is."""
        file = storeless_file(self.desk)
        if file is None or store:
            return store if file else None
        names = [each.name for each in sales_selectors.stores_all(visible_to=self.actor) if each.is_active]
        if len(names) != 1:
            raise StoreNotNamed(file=file, known=", ".join(names) or _("none is here yet: add --create-stores"))
        return names[0]

    def _sales_recorded(self, stores: Mapping[str, Store], *, brought_by: int) -> _Tally:
        refusals_begin(self.desk)
        owners_begin(self.desk)
        scene = Scene(self.business, self.actor, self.at, brought_by)
        total = self.desk.number("SELECT count(*) FROM heads")
        tally, done = _Tally(), 0
        for chunk in _chunks(drafts_staged(self.desk)):
            if done % _COLLECTED_EVERY == 0:
                gc.collect(0)
            answers, touched = drafts_store([staged.draft for staged in chunk], stores=stores, scene=scene)
            tally.touched |= touched
            for staged, answer in zip(chunk, answers, strict=True):
                self._counted(tally, staged, answer)
            numbers = (staged.sale_no for staged in chunk)
            owners_add(self.desk, list(zip(numbers, (answer.customer_id for answer in answers), strict=True)))
            done += len(chunk)
            self.progress(_("recording"), done, total)
        return tally

    def _customers_led(self) -> _Tally:
        """Whose each row is that tells of a customer without a sale: a customer's who is here, or a new one's."""
        refusals_begin(self.desk)
        owners_begin(self.desk)
        profile_heads_made(self.desk)
        for chunk in profiles_told(self.desk):
            holders = holders_of({identity for _first, contact in chunk for identity in contact.identities})
            profiles_own(self.desk, [(first, _holder(contact, holders)) for first, contact in chunk])
        profiles_owned(self.desk)
        rows = self.desk.number("SELECT count(*) FROM heads")
        self.progress(_("recording"), rows, rows)
        return _Tally(rows=rows)

    def _details(self) -> Iterable[list[CustomerDetails]]:
        """What is told of customers, some at a time; without sales all at once.

        There a code alone tells those apart who share a phone: a profile just opened must not draw the next one in.
        """
        told = details_told(self.desk)
        return [list(chain.from_iterable(told))] if self.desk.is_of_customers else told

    def _counted(self, tally: _Tally, staged: StagedSale, answer: SaleAnswer) -> None:
        if answer.outcome in {"conflict", "refused"}:
            refusal_add(self.desk, staged.sale_no, _reason(answer), answer.faults)
            return
        tally.rows += staged.n_rows
        tally.money += staged.net
        tally.created += answer.outcome == "created"
        tally.unchanged += answer.outcome == "unchanged"

    def _figures(self, tally: _Tally, *, brought_by: int) -> Reconciliation:
        read = totals(self.desk)
        return reconciled(
            Reconciliation(
                rows_read=read.rows,
                money_read=read.money,
                imported=Part(_("imported"), tally.rows, tally.money),
                sales_created=tally.created,
                sales_unchanged=tally.unchanged,
                skipped=skipped_parts(self.desk),
                refused=refused_parts(self.desk),
                rounding=Part(_("rounding"), read.rounded_rows, read.money - read.money_of_rounded_rows),
                customers_created=len(customers_brought(brought_by)),
                customers_in_file=customers_count(self.desk),
                places=self.desk.places,
            )
        )

    def _refused_written(self, import_id: int) -> Path | None:
        # Ids of undone or failed imports may come again; nothing of theirs may be left.
        refused_remove(_folder(import_id))
        return refused_write(_folder(import_id), refused_rows(self.desk))


def _holder(contact: Contact, holders: Holders) -> int | None:
    """The customer that the strongest known identity leads to, as `customers_fill` finds it."""
    return next((holders[key][0].customer for key in contact.identities if holders.get(key)), None)


def _chunks(sales: Iterator[StagedSale]) -> Iterator[list[StagedSale]]:
    while chunk := list(islice(sales, SALES_AT_ONCE)):
        yield chunk


def _reason(answer: SaleAnswer) -> str:
    """The class a refused sale counts under: what is wrong, without the values that differ from sale to sale."""
    if answer.outcome == "conflict":
        return _("the sale is here already with other content")
    return _("the sale contradicts itself: %s") % _kind_of(answer.faults[0])


def _kind_of(fault: Fault) -> str:
    head, _bracket, rest = fault.place.partition("[")
    return head + rest.partition("]")[2]
