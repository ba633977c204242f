"""The demo's history is one that could have happened, and always the same one."""

import csv
import gzip
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import phonenumbers
import pytest

from regulars.core.money import amount_minor, divided_half_up
from regulars.customers.rules import Contact, code_form, email_form, phone_form
from regulars.exchange.demo import DEMO_BUSINESS, DEMO_STORES, DemoFiles, demo_files, demo_products, hours_on
from regulars.exchange.demo.files import COLUMNS
from regulars.exchange.demo.people import HOUSEHOLD_EVERY

UNTIL = date(2026, 6, 30)
CUSTOMERS = 600
STORES = {store.name: store for store in DEMO_STORES}


@dataclass(frozen=True, slots=True)
class Receipt:
    uid: str
    at: datetime
    rows: tuple[dict[str, str], ...]

    @property
    def head(self) -> dict[str, str]:
        return self.rows[0]

    @property
    def contact(self) -> Contact:
        code, phone, email = (self.head[f"customer_{kind}"] for kind in ("code", "phone", "email"))
        return Contact(code=code, phone=phone, email=email, name=self.head["customer_name"])

    @property
    def units(self) -> dict[str, Decimal]:
        """Quantity by product; no receipt of the demo has a product twice."""
        return {row["sku"]: Decimal(row["quantity"]) for row in self.rows}


@dataclass(frozen=True, slots=True)
class History:
    files: DemoFiles
    rows: list[dict[str, str]]
    receipts: list[Receipt]

    @property
    def sales(self) -> list[Receipt]:
        return [receipt for receipt in self.receipts if receipt.head["kind"] == "sale"]

    @property
    def returns(self) -> list[Receipt]:
        return [receipt for receipt in self.receipts if receipt.head["kind"] == "return"]


def history_of(folder: Path, *, customers: int, seed: int = 1, until: date = UNTIL) -> History:
    folder.mkdir(exist_ok=True)
    files = demo_files(folder, customers=customers, seed=seed, until=until)
    (path,) = files.files
    with gzip.open(path, "rt", encoding="utf-8", newline="") as text:
        rows = list(csv.DictReader(text))
    by_uid = defaultdict(list)
    for row in rows:
        by_uid[row["sale_id"]].append(row)
    receipts = [Receipt(uid, datetime.fromisoformat(own[0]["sold_at"]), tuple(own)) for uid, own in by_uid.items()]
    return History(files, rows, receipts)


@pytest.fixture(scope="module")
def history(tmp_path_factory):
    return history_of(tmp_path_factory.mktemp("demo"), customers=CUSTOMERS)


def cents(text):
    return amount_minor(text, places=2)


def paid(row):
    return [cents(row[column]) for column in ("payment_amount", "payment2_amount") if row[column]]


def test_the_same_seed_gives_the_same_bytes_and_another_does_not(tmp_path):
    def written(name, **how):
        folder = tmp_path / name
        folder.mkdir()
        return demo_files(folder, **({"customers": 40, "until": UNTIL} | how)).files[0].read_bytes()

    assert written("once", seed=7) == written("again", seed=7)
    assert written("else", seed=8) != written("once more", seed=7)
    assert written("later", seed=7, until=UNTIL + timedelta(days=1)) != written("sooner", seed=7)


def test_the_counts_told_are_the_counts_written(history):
    files = history.files
    assert tuple(history.rows[0]) == COLUMNS
    assert files.customers == CUSTOMERS
    assert files.sales == len(history.sales)
    assert files.returns == len(history.returns)
    assert files.lines == len(history.rows)
    assert files.anonymous == sum(not receipt.contact.identities for receipt in history.receipts)
    assert files.taken == sum(cents(row["total"]) for row in history.rows)


@pytest.mark.parametrize("customers", [1, 20, CUSTOMERS])
def test_there_are_twelve_receipts_a_customer_two_in_a_hundred_returns(tmp_path, customers):
    files = demo_files(tmp_path, customers=customers, until=UNTIL)
    assert files.sales + files.returns == 12 * customers
    assert files.returns == round(12 * customers * 0.02)


def test_a_shop_without_customers_is_refused_and_nothing_written(tmp_path):
    with pytest.raises(ValueError, match="at least one customer"):
        demo_files(tmp_path, customers=0, until=UNTIL)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("until", [date(2028, 2, 29), date(2026, 2, 28), date(2025, 12, 25), date(2026, 1, 1)])
def test_any_day_may_be_the_last(tmp_path, until):
    history = history_of(tmp_path, customers=20, until=until)
    days = [receipt.at.date() for receipt in history.receipts]
    assert history.files.first_day <= min(days)
    assert max(days) <= history.files.last_day == until
    assert history.files.first_day == {2028: date(2026, 3, 1)}.get(until.year, history.files.first_day)


def test_the_days_are_the_two_years_that_end_with_the_last(history):
    days = {receipt.at.date() for receipt in history.receipts}
    assert (history.files.first_day, history.files.last_day) == (date(2024, 7, 1), UNTIL)
    assert (min(days), max(days)) == (date(2024, 7, 1), UNTIL)
    assert len(days) > 700


def test_every_line_adds_up_with_its_tax_inside(history):
    for row in history.rows:
        quantity, price = Decimal(row["quantity"]), Decimal(row["unit_price"])
        discount, tax, total = (cents(row[column]) for column in ("discount", "tax", "total"))
        assert cents(quantity * price) - discount == total
        assert tax == divided_half_up(total * 16, 116)
        backwards = -1 if row["kind"] == "return" else 1
        assert quantity * backwards > 0
        assert price > 0
        assert total * backwards > 0
        assert discount * backwards >= 0
        assert tax * backwards > 0


def test_payments_stand_on_the_first_row_and_add_up_to_the_lines(history):
    for receipt in history.receipts:
        assert sum(paid(receipt.head)) == sum(cents(row["total"]) for row in receipt.rows)
        assert all(amount != 0 for amount in paid(receipt.head))
        assert not any(paid(row) or row["payment_method"] for row in receipt.rows[1:])
        assert (receipt.head["payment_reference"] == "") == (receipt.head["payment_method"] == "Cash")


def test_no_payment_reference_is_given_twice(history):
    codes = [r.head["payment_reference"] for r in history.receipts if r.head["payment_method"] == "M-Pesa"]
    assert len(set(codes)) == len(codes)
    assert {len(code) for code in codes} == {10}


def test_the_rest_of_a_receipt_is_the_same_on_all_its_rows(history):
    shared = COLUMNS[: COLUMNS.index("sku")]
    for receipt in history.receipts:
        assert len({tuple(row[column] for column in shared) for row in receipt.rows}) == 1
        assert len(receipt.units) == len(receipt.rows)


def test_every_return_names_an_earlier_sale_and_takes_back_no_more_than_was_bought(history):
    sales = {sale.uid: sale for sale in history.sales}
    named = [taken_back.head["returns"] for taken_back in history.returns]
    assert len(set(named)) == len(named) > 0
    for taken_back in history.returns:
        sale = sales[taken_back.head["returns"]]
        assert sale.at < taken_back.at
        assert (taken_back.at.date() - sale.at.date()).days <= 20
        assert taken_back.contact == sale.contact
        for sku, quantity in taken_back.units.items():
            assert 0 < -quantity <= sale.units[sku]
        bought = {row["sku"]: row for row in sale.rows}
        for row in taken_back.rows:
            assert row["unit_price"] == bought[row["sku"]]["unit_price"]
            assert -cents(row["total"]) <= cents(bought[row["sku"]]["total"])
    assert not any(sale.head["returns"] for sale in history.sales)


def test_nothing_is_sold_outside_opening_hours(history):
    for receipt in history.receipts:
        hours = hours_on(STORES[receipt.head["store"]], receipt.at.date())
        second = receipt.at.hour * 3600 + receipt.at.minute * 60 + receipt.at.second
        assert hours.opens * 60 < second < hours.closes * 60
        assert receipt.head["sold_at"].endswith("+03:00")


def test_a_store_sells_nothing_before_it_opens(history):
    for store in DEMO_STORES:
        opened = history.files.first_day + timedelta(days=store.opened_after)
        first = min(receipt.at.date() for receipt in history.receipts if receipt.head["store"] == store.name)
        assert opened <= first <= opened + timedelta(days=7)


def test_receipts_are_written_in_time_and_numbered_by_till(history):
    assert history.receipts == sorted(history.receipts, key=lambda receipt: receipt.at)
    numbers = defaultdict(list)
    for receipt in history.receipts:
        head = receipt.head
        assert head["register"] in STORES[head["store"]].registers
        assert (head["register"] == "Web") == (head["channel"] == "online")
        numbers[head["store"], head["register"]].append(int(head["number"].rpartition("-")[2]))
    assert all(own == list(range(1, len(own) + 1)) for own in numbers.values())
    assert len({receipt.head["number"] for receipt in history.receipts}) == len(history.receipts)


def test_identities_are_in_their_written_form_and_lead_nobody_astray(history):
    for receipt in history.receipts:
        contact = receipt.contact
        if contact.phone:
            assert phonenumbers.is_valid_number(phonenumbers.parse(contact.phone))
            assert contact.phone.startswith("+2547")
            assert phone_form(contact.phone, country=DEMO_BUSINESS.country) == contact.phone
        if contact.email:
            assert contact.email.rpartition("@")[2] in ("example.org", "example.com")
            assert email_form(contact.email) == contact.email
        if contact.code:
            assert code_form(contact.code) == contact.code


def profiles_of(history):
    """The customer each receipt's contact leads to: the strongest identity known before decides."""
    known: dict[tuple[str, str], int] = {}
    leads = {}
    founded = 0
    for receipt in history.receipts:
        identities = receipt.contact.identities
        if not identities:
            continue
        profile = next((known[each] for each in identities if each in known), None)
        if profile is None:
            profile = founded
            founded += 1
        for each in identities:
            known.setdefault(each, profile)
        leads[receipt.uid] = profile
    return leads


def test_the_contacts_lead_to_as_many_profiles_as_there_are_customers(history):
    assert len(set(profiles_of(history).values())) == CUSTOMERS


def test_only_households_share_a_phone_and_nobody_a_code_or_an_email(history):
    leads = profiles_of(history)
    holders = defaultdict(set)
    for receipt in history.receipts:
        for identity in receipt.contact.identities:
            holders[identity].add(leads[receipt.uid])
    shared = [identity for identity, profiles in holders.items() if len(profiles) > 1]
    assert {identity.kind for identity in shared} == {"phone"}
    assert 0 < len(shared) <= CUSTOMERS // HOUSEHOLD_EVERY


def test_a_till_is_often_told_only_a_part_of_the_contact(history):
    told = [receipt.contact.identities for receipt in history.sales if receipt.contact.identities]
    only_phone = sum([identity.kind for identity in identities] == ["phone"] for identities in told)
    assert 0.3 < only_phone / len(told) < 0.7
    given = Counter(identity.kind for identities in told for identity in identities)
    assert min(given[kind] for kind in ("code", "phone", "email")) > 0.1 * len(told)


def test_nobody_joins_after_buying_and_details_do_not_contradict_each_other(history):
    leads, details = profiles_of(history), defaultdict(set)
    first = {}
    for receipt in history.receipts:
        if receipt.uid in leads:
            first.setdefault(leads[receipt.uid], receipt.at.date().isoformat())
        if receipt.head["customer_joined"]:
            columns = ("name", "gender", "birth_date", "city", "country", "tags", "joined", "language")
            details[leads[receipt.uid]].add(tuple(receipt.head[f"customer_{column}"] for column in columns))
    assert {len(told) for told in details.values()} == {1}
    for profile, told in details.items():
        ((_name, gender, birth, _city, _country, _tags, joined, _language),) = told
        assert joined == first[profile]
        assert gender in ("", "female", "male")
        assert birth == "" or date(1940, 1, 1) < date.fromisoformat(birth) < date(2011, 1, 1)


def share(receipts, test):
    return sum(map(test, receipts)) / len(receipts)


def test_the_shares_are_those_of_such_a_shop(history):
    sales = history.sales
    assert 0.27 < share(sales, lambda sale: not sale.contact.identities) < 0.33
    assert 0.02 < share(sales, lambda sale: bool(sale.head["payment2_method"])) < 0.04
    assert 0.03 < share(sales, lambda sale: sale.head["channel"] == "online") < 0.12
    assert not any(sale.head["channel"] == "online" and not sale.contact.identities for sale in sales)
    methods = Counter(sale.head["payment_method"] for sale in sales)
    assert [method for method, _count in methods.most_common(1)] == ["M-Pesa"]
    assert set(methods) == {"M-Pesa", "Cash", "Card"}
    assert min(methods.values()) > 0.1 * len(sales)
    assert 1.5 < len(history.rows) / len(history.receipts) < 2.5


def test_offices_are_busy_on_working_days_and_the_suburb_at_the_weekend(history):
    def per_day(store, days):
        return sum(s.head["store"] == store and s.at.weekday() in days for s in history.sales) / len(days)

    working, weekend = range(5), (5, 6)
    assert per_day("Westlands", working) > 1.5 * per_day("Westlands", weekend)
    assert per_day("Karen", weekend) > 1.5 * per_day("Karen", working)


def test_an_office_has_a_breakfast_a_lunch_and_an_evening_peak(history):
    hours = Counter(s.at.hour for s in history.sales if s.head["store"] == "Westlands" and s.at.weekday() < 5)
    assert hours[7] > 2 * hours[9]
    assert hours[12] > 2 * hours[14]
    assert hours[17] > 1.25 * hours[15]


def test_december_is_the_best_month_of_its_winter_and_christmas_goods_are_sold_in_no_other_season(history):
    taken = Counter()
    for row in history.rows:
        taken[row["sold_at"][:7]] += cents(row["total"])
    assert taken["2025-12"] > max(taken["2025-11"], taken["2026-01"])
    festive = {product.sku for product in demo_products() if product.is_for_christmas}
    sold = {receipt.at.date().month for receipt in history.sales if festive & set(receipt.units)}
    assert sold == {11, 12}


def test_some_come_once_and_a_few_make_most_of_the_sales(history):
    leads = profiles_of(history)
    orders = Counter(leads[sale.uid] for sale in history.sales if sale.uid in leads)
    assert 0.2 < sum(count == 1 for count in orders.values()) / CUSTOMERS < 0.5
    best = sorted(orders.values(), reverse=True)[: CUSTOMERS // 5]
    assert 0.55 < sum(best) / orders.total() < 0.85
    assert best[0] > 100


def test_some_slip_away_and_others_join_to_the_end(history):
    leads, days = profiles_of(history), defaultdict(list)
    for sale in history.sales:
        if sale.uid in leads:
            days[leads[sale.uid]].append(sale.at.date())
    gone = sum(own[-1] < UNTIL - timedelta(days=180) for own in days.values())
    fresh = sum(own[0] > UNTIL - timedelta(days=90) for own in days.values())
    assert 0.25 < gone / CUSTOMERS < 0.7
    assert 0.04 < fresh / CUSTOMERS < 0.25


def test_the_catalogue_has_a_sku_once_and_stock_only_of_what_keeps():
    products = demo_products()
    assert len({product.sku for product in products}) == len(products) == 81
    assert all(product.price % 100 == 0 and product.price > 0 for product in products)
    assert {len(product.stock_milli) for product in products} == {0, len(DEMO_STORES)}
    assert not any(product.is_kept for product in products if product.category in ("Hot drinks", "Breakfast", "Lunch"))


def test_a_line_says_what_the_catalogue_says(history):
    catalogue = {product.sku: product for product in demo_products()}
    for row in history.rows:
        product = catalogue[row["sku"]]
        assert (row["product"], row["category"], row["brand"]) == (product.name, product.category, product.brand)
        assert 0.87 * product.price <= cents(row["unit_price"]) <= 1.01 * product.price
    assert {row["sku"] for row in history.rows} == set(catalogue)


def test_on_a_day_that_is_not_over_nothing_is_sold_after_now(tmp_path):
    (tmp_path / "day").mkdir()
    (tmp_path / "noon").mkdir()
    day = demo_files(tmp_path / "day", customers=400, until=UNTIL)
    noon = demo_files(tmp_path / "noon", customers=400, until=UNTIL, until_second=12 * 3600)
    [whole, part] = [gzip.decompress(made.files[0].read_bytes()) for made in (day, noon)]
    assert whole.startswith(part)
    assert 0 < day.sales + day.returns - noon.sales - noon.returns < 40
