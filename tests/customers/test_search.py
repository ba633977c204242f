"""Customers are found as one types."""

# ruff: noqa: RUF001  (names in other scripts are what is tested)

from datetime import date

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regulars.core.text import words
from regulars.customers.models import Customer, Identity
from regulars.customers.search import (
    search_differences,
    search_found,
    search_promote,
    search_purge,
    search_rebuild,
    search_write,
)
from regulars.customers.search.phones import phone_prefixes, phone_prefixes_abroad, phone_words
from regulars.customers.search.words import LONGEST_WORD, MOST_WORDS, document, query_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _empty_index(request):
    """Tests that commit leave rows behind, for the tables of the index are not Django's to flush."""
    if "db" in request.fixturenames:
        search_rebuild()


def customer(code: str, name: str = "", *, phone: str = "", email: str = "", **more: object) -> int:
    """A customer who is not in the index yet."""
    made = Customer.objects.create(code=code, name=name, joined=date(2026, 11, 22), source="office", **more)
    pairs = (("code", code), ("phone", phone), ("email", email))
    Identity.objects.bulk_create(Identity(customer=made, kind=kind, value=value) for kind, value in pairs if value)
    return made.id


def indexed(code: str, name: str = "", **more: object) -> int:
    made = customer(code, name, **more)
    search_write([made])
    return made


def found(text: str, *, limit: int = 10, country: str = "KE") -> list[int]:
    return search_found(text, limit=limit, country=country)


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Amina Otieno", "ami"),
        ("Amina Otieno", "otie"),
        ("Amina Otieno", "ot am"),
        ("Amina Otieno", "AMINA OTIENO"),
        ("Amina Otieno", "a o"),
        ("Amina Otieno", "  amina,  otieno! "),
        ("Jürgen Müller", "muller jur"),
        ("Jurgen Muller", "Mül"),
        ("Łukasz Øster Straße", "luk ost stras"),
        ("Sean O'Brien", "o'brien"),
        ("Sean O'Brien", "obri"),
        ("Sean O'Brien", "brien"),
        ("Sean OBrien", "o'brien"),
        ("Sean O Brien", "o’brien"),
        ("Jean-Luc Picard", "jean-luc"),
        ("Jean-Luc Picard", "jean-l"),
        ("Jean-Luc Picard", "jeanluc"),
        ("Jean-Luc Picard", "luc"),
        ("Jeanluc Picard", "jean-luc"),
        ("Мария Иванова", "иван мар"),
        ("王小明", "王"),
        ("王小明", "王小"),
        ("王小明", "小明"),
        ("やまだ はなこ", "はな"),
        ("김민수", "김민"),
        ("김민수", "민수"),
        ("Γιώργος", "γιωρ"),
        ("Acme™", "acmetm"),
        ("Area ५१", "51"),
        ("Ann and Anna", "ann"),
    ],
)
def test_a_name_is_found_by_the_beginnings_of_its_words(name, typed):
    wanted = indexed("C-1", name)
    indexed("C-2", "Zuzanna Quist")
    assert found(typed) == [wanted]


@pytest.mark.parametrize("typed", ["minaa", "amina otienoo", "mina", "amina zu", "tieno", "amin4"])
def test_a_name_is_not_found_by_other_letters(typed):
    indexed("C-1", "Amina Otieno")
    assert found(typed) == []


def test_first_and_last_name_are_found_beside_the_whole_name():
    wanted = indexed("C-1", "Mama Njeri", first_name="Wanjiru", last_name="Kamau")
    assert [found(each) for each in ("wanj", "kamau", "njeri wanjiru")] == [[wanted]] * 3


@pytest.mark.parametrize("typed", ["ann@exa", "ann@example.org", "ANN@EXAMPLE.ORG", "ann", "example", "org", "ex ann"])
def test_an_email_is_found_whole_or_by_its_parts(typed):
    wanted = indexed("C-1", email="ann@example.org")
    indexed("C-2", email="bob@elsewhere.net")
    assert found(typed) == [wanted]


@pytest.mark.parametrize("typed", ["AB-12", "ab-12", "ab-1", "ab", "1234", "ab1234", "AB-1234", "ab 12"])
def test_a_code_is_found_by_its_beginning_in_any_case(typed):
    wanted = indexed("Ab-1234")
    indexed("XY-9999")
    assert found(typed) == [wanted]


def test_a_scanned_code_is_found_by_its_digits():
    wanted = indexed("2012345678905")
    assert [found(each) for each in ("2012345678905", "20", "201 234")] == [[wanted]] * 3


@pytest.mark.parametrize(
    "typed",
    [
        *("0712 345 678", "0712345678", "0712 345", "0712", "07", "(0712) 345", "0712-345.678", "0712/345"),
        *("+254 712-345678", "+254712345678", "+254 712", "+254", "+25", "+2", "+254 (0)712 345", "(+254) 712"),
        *("00254712345678", "00254 712", "000254712", "254712345678", "254 712", "712345678", "712 345"),
        *("678", "5678", "45678", "345678", "345 678", "2345-678"),
        *("٠٧١٢ ٣٤٥", "０７１２３４５"),
    ],
)
def test_a_phone_is_found_as_written_so_far_or_by_its_end(typed):
    wanted = indexed("C-A", phone="+254712345678")
    indexed("C-B", phone="+49301234569")
    assert wanted in found(typed)


def test_every_beginning_of_a_phone_finds_it():
    wanted = indexed("C-A", phone="+254712345678")
    for form in ("0712 345 678", "+254 712-345678", "00254712345678", "(0712) 345-678", "254712345678"):
        for length in range(len(form)):
            typed = form[: length + 1]
            says_something = any(digit in "123456789" for digit in typed)
            assert (wanted in found(typed)) is says_something, typed


@pytest.mark.parametrize("typed", ["67", "0713", "+255", "+254 713", "0712 346", "45679", "00255", "+712", "0345678"])
def test_a_phone_is_not_found_by_other_digits(typed):
    indexed("C-A", phone="+254712345678")
    assert found(typed) == []


@pytest.mark.parametrize(
    ("country", "phone", "typed"),
    [
        ("US", "+12125550123", "(212) 555"),
        ("US", "+12125550123", "1-212-555"),
        ("US", "+442071838750", "011 44 20 7183"),
        ("RU", "+79161234567", "8 916 123"),
        ("IT", "+390612345678", "06 123"),
        ("GB", "+442071838750", "020 7183"),
        ("DE", "+254712345678", "00254 712"),
        ("XX", "+254712345678", "+254 712"),
        ("", "+254712345678", "345 678"),
    ],
)
def test_a_phone_is_read_as_dialled_in_the_country(country, phone, typed):
    wanted = indexed("C-A", phone=phone)
    assert found(typed, country=country) == [wanted]


def test_digits_find_codes_and_phones():
    by_code = indexed("712-9")
    by_end = indexed("C-B", phone="+491701112712")
    by_start = indexed("C-C", phone="+254712000000")
    indexed("C-D", phone="+254799999999")
    assert found("712") == [by_start, by_end, by_code]


def test_a_name_and_the_end_of_a_phone_go_together():
    wanted = indexed("C-A", "Maria Otieno", phone="+254712345678")
    indexed("C-B", "Maria Kamau", phone="+254712345999")
    indexed("C-C", "Joseph Otieno", phone="+254712111678")
    assert [found(each) for each in ("maria 678", "678 mar", "maria 345 678")] == [[wanted]] * 3
    assert len(found("maria 0712 345")) == 2


def test_the_newest_is_first_and_the_limit_holds():
    ids = [customer(f"C-{n}", "Maria") for n in range(12)]
    search_write(ids)
    assert found("mar") == ids[::-1][:10]
    assert found("mar", limit=3) == ids[::-1][:3]
    assert found("mar", limit=100) == ids[::-1]


def test_the_order_of_the_list_decides_who_is_newer():
    first, second, third = (customer(f"C-{n}", "Maria") for n in range(3))
    search_write([third, first, third, second])
    assert found("maria") == [second, first, third]


def test_promoted_customers_come_first_the_last_of_them_foremost():
    ids = [indexed(f"C-{n}", "Maria") for n in range(5)]
    search_promote([ids[1], ids[0], ids[3], ids[1]])
    assert found("maria") == [ids[1], ids[3], ids[0], ids[4], ids[2]]
    assert search_differences() == []


def test_promoting_somebody_who_is_gone_or_hidden_does_nothing():
    kept, hidden = indexed("C-1", "Maria"), indexed("C-2", "Maria", is_active=False)
    search_promote([hidden, 999_999])
    assert found("maria") == [kept]


def test_a_changed_profile_is_found_by_its_new_words_only_and_keeps_its_place():
    changed, newer = indexed("C-1", "Maria Kamau"), indexed("C-2", "Grace")
    Customer.objects.filter(id=changed).update(name="Maria Grace")
    Identity.objects.create(customer_id=changed, kind="phone", value="+254712345678")
    search_write([changed])
    assert found("kamau") == []
    assert found("gra") == [newer, changed]
    assert found("0712345678") == [changed]


def test_writing_the_same_again_changes_nothing():
    ids = [indexed(f"C-{n}", "Maria") for n in range(3)]
    search_write(ids[::-1])
    assert found("maria") == ids[::-1]
    assert search_differences() == []


def test_an_inactive_customer_is_found_again_once_active():
    made = indexed("C-1", "Maria")
    Customer.objects.filter(id=made).update(is_active=False)
    assert found("maria") == []  # even before the index hears of it
    search_write([made])
    assert found("maria") == []
    assert search_differences() == []
    Customer.objects.filter(id=made).update(is_active=True)
    search_write([made])
    assert found("maria") == [made]


def test_a_deleted_customer_is_not_found_even_before_the_index_hears_of_it():
    gone, *kept = (indexed(f"C-{n}", "Maria") for n in range(4))
    Customer.objects.filter(id=gone).delete()
    assert found("maria", limit=3) == kept[::-1]
    search_write([gone])
    assert found("maria", limit=3) == kept[::-1]
    assert search_differences() == []


def test_nobody_written_is_no_query():
    with CaptureQueriesContext(connection) as queries:
        search_write([])
        search_promote([])
    assert len(queries) == 0


@pytest.mark.parametrize(
    "typed",
    [
        *("", " ", "\x00", "-", "...", '"', "''", "*", "()", "+", "(+", "@", "→", "&|!", "\\", ":*", "\ud800", "😀"),
        *('"*', "NEAR(", "NEAR(a b)", "words:zz", "words : zz", "- words : zz", "zz AND", "OR", "NOT zz", "^zz", "zz*"),
        *("zz & qq", "!zz", "zz:*", "zz <-> qq", "zz\\", "'zz'", "zz\x00qq", "@zz", "zz' | 'a", 'zz" OR "a', "{zz}"),
        *("zz " * 700, "z" * 2_000, "9" * 2_000, "9 " * 1_000, "(" * 2_000, "+" * 2_000, "王" * 2_000, "-9" * 1_000),
        *("→254", "%s zz", "%", "\ue0fe7", "z'" * 1_000),
    ],
)
def test_any_text_may_be_typed(typed):
    indexed("C-1", "Amina", phone="+254712345678")
    assert found(typed) == []


def test_marks_around_a_word_do_not_hide_it():
    wanted = indexed("C-1", "Amina")
    for typed in ('"amina"', "amina*", "(amina)", "amina\x00", "am\\", "!am", "'am':*", "@am", "am | ", "am, ", "-am"):
        assert found(typed) == [wanted], typed


def test_words_beyond_the_eighth_and_letters_beyond_the_longest_word_are_not_read():
    wanted = indexed("C-1", "a b c d e f g h " + "k" * 100)
    assert found("a b c d e f g h zzz") == [wanted]
    assert found("k" * 90) == [wanted]
    query = query_of("a " * 100, country="KE")
    assert (len(query), MOST_WORDS) == (8, 8)
    assert {len(each) for each in document("k" * 100, []).split()} == {LONGEST_WORD}


def test_found_is_one_query():
    indexed("C-1", "Maria Otieno", phone="+254712345678")
    for typed in ("mar", "mar oti", "0712 345", "maria 678", "ann@exa"):
        with CaptureQueriesContext(connection) as queries:
            found(typed)
        assert len(queries) == 1, typed
    with CaptureQueriesContext(connection) as queries:
        assert found("...") == []
    assert len(queries) == 0


def test_writing_is_the_same_number_of_queries_for_three_customers_and_for_sixty():
    def cost(count: int) -> tuple[int, int, int]:
        """Queries to write so many new, so many changed with one deleted among them, and to promote them."""
        ids = [customer(f"{count}-{n}", "Maria") for n in range(count)]
        measured = []
        for step in ("new", "changed", "promoted"):
            if step == "changed":
                Customer.objects.filter(id__in=ids).update(name="Grace")
                Customer.objects.filter(id=ids[0]).delete()
            with CaptureQueriesContext(connection) as queries:
                (search_promote if step == "promoted" else search_write)(ids)
            measured.append(len(queries))
        return tuple(measured)

    assert cost(3) == cost(60)
    assert max(cost(4)) <= 10


def test_a_rebuild_keeps_the_order_and_mends_what_was_missed():
    first, second, third = (indexed(f"C-{n}", "Maria") for n in range(3))
    search_promote([first])
    missed = customer("C-9", "Maria")
    Customer.objects.filter(id=second).delete()
    search_rebuild()
    assert found("maria") == [missed, first, third]
    assert search_differences() == []
    newest = indexed("C-10", "Maria")
    assert found("maria") == [newest, missed, first, third]


def test_differences_name_each_customer_that_a_rebuild_would_change():
    missing, gone, hidden, stale = customer("C-1", "A"), *(indexed(f"D-{n}", "Maria") for n in range(3))
    indexed("C-2", "Right")
    Customer.objects.filter(id=gone).delete()
    Customer.objects.filter(id=hidden).update(is_active=False)
    Identity.objects.create(customer_id=stale, kind="phone", value="+254712345678")
    assert search_differences() == [
        f"customer {missing} is missing from the search index",
        f"customer {gone} is in the search index but not among the active",
        f"customer {hidden} is in the search index but not among the active",
        f"customer {stale} is found by an earlier profile",
    ]
    search_rebuild()
    assert search_differences() == []


def test_differences_see_words_that_were_lost():
    if connection.vendor != "sqlite":
        pytest.skip("on PostgreSQL place and words are one row")
    lost = indexed("C-1", "Maria")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM customers_searchword")
    assert search_differences() == [f"customer {lost} has a place in the search index but no words"]


def index_pages() -> bytes:
    """All that the index of words keeps, as bytes."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT block FROM customers_searchword_data")
            return b"|".join(bytes(row[0]) for row in cursor.fetchall())
        cursor.execute("CHECKPOINT")
        cursor.execute("SELECT pg_read_binary_file(pg_relation_filepath('customers_searchplace_document'::regclass))")
        return bytes(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
def test_an_erased_name_leaves_the_pages_of_the_index():
    erased, renamed = indexed("C-1", "Xanthippe"), indexed("C-2", "Quetzalcoatl")
    for n in range(30):
        indexed(f"D-{n}", f"Maria {n}")
    assert b"xanthippe" in index_pages()
    Customer.objects.filter(id=renamed).update(name="Grace")
    Customer.objects.filter(id=erased).delete()
    search_write([erased, renamed])
    search_purge()
    pages = index_pages()
    assert b"anthip" not in pages
    assert b"etzalco" not in pages
    assert b"maria" in pages
    assert found("grace") == [renamed]
    assert len(found("maria", limit=50)) == 30


@pytest.mark.django_db(transaction=True)
def test_the_tables_of_the_index_go_and_come_back():
    made = indexed("C-1", "Maria")
    call_command("migrate", "customers", "0001", verbosity=0)
    tables = connection.introspection.table_names()
    assert not [table for table in tables if "search" in table]
    call_command("migrate", verbosity=0)
    search_rebuild()
    assert found("maria") == [made]


# The words of phones, and what a query becomes.


def test_a_phone_is_three_words():
    assert phone_words("+254712345678") == ("→254", "\ue0fe712345678", "←876543217452")
    assert phone_words("+12125550123") == ("→1", f"{chr(0xE001)}2125550123", "←32105552121")


@pytest.mark.parametrize(
    ("digits", "prefixes"),
    [
        ("0", ("→0",)),
        ("07", ("→07", "\ue0fe07", "\ue0fe7")),
        ("0712", ("→0712", "\ue0fe0712", "\ue0fe712", "←2170")),
        ("254", ("→254", "\ue0fe254", "←452")),
        ("00254", ("→00254", "\ue0fe00254", "\ue0fe0254", "←45200", "→254")),
    ],
)
def test_digits_may_mean_several_phones(digits, prefixes):
    assert set(prefixes) <= set(phone_prefixes(digits, country="KE"))


def test_digits_after_a_plus_mean_one_phone():
    assert phone_prefixes_abroad("254712") == ("\ue0fe712",)
    assert phone_prefixes_abroad("2540712") == ("\ue0fe0712", "\ue0fe712")
    assert phone_prefixes_abroad("25") == ("→25",)
    assert phone_prefixes_abroad("") == ()


# A naive reading of the same rules, over random shops and random queries.

NAMES = st.lists(
    st.sampled_from(["Ann", "Anna", "O'Brien", "Jean-Luc", "Müller", "muller", "Ма́рия", "王小明", "van", "de", "A.B."]),
    max_size=3,
).map(" ".join)
PHONES = st.one_of(st.just(""), st.sampled_from(["+254712345678", "+254712345699", "+491701112712", "+12125550123"]))
EMAILS = st.one_of(st.just(""), st.sampled_from(["ann@example.org", "an-na.b@exa.co", "o.brien@example.org"]))
CODES = st.sampled_from(["AB-12", "712", "C", "2012345678905", "x.y_z", "K9"])
TYPED = st.one_of(
    st.text("anobrijelucm'-.@ 0127+() ABüé王小明\"*", max_size=12),
    st.lists(
        st.sampled_from(
            ["an", "ann", "o'b", "brien", "jean-l", "mul", "МАР", "小明", "ab-1", "712", "exa", "v", "0712", "+254 7"]
        ),
        max_size=3,
    ).map(" ".join),
)


def naive_words(profile: dict) -> list[str]:
    """Every word of a profile that a typed word may begin."""
    found = []
    for chunk in f"{profile['name']} {profile['code']}".split():
        found += [*words(chunk), "".join(words(chunk))]
    found += words(profile["email"])
    return [word[n:] for word in found for n in range(len(word)) if n == 0 or "\u4e00" <= word[n] <= "\u9fff"]


def naive_phone(phone: str, digits: str, *, has_plus: bool) -> bool:
    """Whether digits typed in Kenya begin or end the phone."""
    full = phone[1:]
    foreign = digits[3:] if digits.startswith("000") else digits[2:]
    starts = [digits] if has_plus else [digits, "254" + digits]
    if digits.startswith("0") and not has_plus and digits != "0":
        starts.append("254" + digits[1:])
    if digits.startswith("00") and not has_plus and foreign:
        starts.append(foreign)
    for calling, trunk in (("254", "0"), ("49", "0"), ("1", "1")):
        for start in [digits] * has_plus + [foreign] * (not has_plus and digits.startswith("00")):
            starts += [calling + start[len(calling + trunk) :]] * start.startswith(calling + trunk)
    return any(full.startswith(start) for start in starts) or (
        not has_plus and len(digits) >= 3 and full.endswith(digits)
    )


def naive_matches(profile: dict, typed: str) -> bool | None:
    """Whether the profile is found; None when the text asks for nothing."""
    answers = []
    known = naive_words(profile)

    def begins(part: str) -> bool:
        return any(word.startswith(part) for word in known)

    numbers: list[str] = []
    for chunk in [*typed.split(), "end"]:
        if set(chunk) <= set("0123456789+-().@/") - {"@"}:
            numbers.append(chunk)
            continue
        answers += naive_numbers(" ".join(numbers), profile, begins)
        numbers = []
        if words(chunk):
            answers.append(all(map(begins, words(chunk))) or begins("".join(words(chunk))))
    return all(answers[:-1]) if answers[:-1] else None


def naive_numbers(text: str, profile: dict, begins) -> list[bool]:
    parts = words(text)
    if not parts:
        return []
    digits = "".join(parts)
    has_plus = text.lstrip("(").startswith("+")
    by_phone = bool(profile["phone"]) and naive_phone(profile["phone"], digits, has_plus=has_plus)
    return [by_phone or (not has_plus and (all(map(begins, parts)) or begins(digits)))]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    profiles=st.lists(
        st.fixed_dictionaries({"name": NAMES, "phone": PHONES, "email": EMAILS, "code": CODES}),
        min_size=1,
        max_size=6,
        unique_by=lambda profile: profile["code"],
    ),
    queries=st.lists(TYPED, min_size=1, max_size=8),
)
def test_found_is_what_a_naive_reading_finds(profiles, queries):
    Customer.objects.all().delete()
    ids = [customer(each["code"], each["name"], phone=each["phone"], email=each["email"]) for each in profiles]
    search_rebuild()
    for typed in queries:
        expected = [made for made, each in zip(ids, profiles, strict=True) if naive_matches(each, typed)]
        assert found(typed) == expected[::-1], typed
