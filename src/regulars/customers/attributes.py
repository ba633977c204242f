"""What segments and reports may ask about a person."""

from regulars.core.attributes import Column, Fact, Relation, Type, attributes_declare, relations_declare
from regulars.core.text import marked as _
from regulars.customers.details import GENDERS, country_form

_KEY = {"customer": Column.INTEGER}

relations_declare(
    [
        Relation(
            "customers",
            _KEY
            | {
                "birth_date": Column.DATE,
                "gender": Column.TEXT,
                "language": Column.TEXT,
                "joined": Column.DATE,
                "source": Column.TEXT,
            },
            """
            SELECT c.id AS customer, c.birth_date AS birth_date, c.gender AS gender, c.language AS language,
                c.joined AS joined, c.source AS source
            FROM customers_customer AS c
            """,
            is_per_customer=True,
        ),
        # The billing address says where a customer is from.
        Relation(
            "places",
            _KEY | {"city": Column.TEXT, "region": Column.TEXT, "country": Column.TEXT, "postcode": Column.TEXT},
            """
            SELECT a.customer_id AS customer, a.city AS city, a.region AS region, a.country AS country,
                a.postcode AS postcode
            FROM customers_address AS a
            WHERE a.kind = 'billing'
            """,
            is_per_customer=True,
        ),
        Relation(
            "tags",
            _KEY | {"tag": Column.TEXT},
            "SELECT t.customer_id AS customer, t.tag AS tag FROM customers_tag AS t",
        ),
        # Which kinds of identity there are, not what they say: rules ask no more, and the copy holds no names.
        Relation(
            "contacts",
            _KEY | {"kind": Column.TEXT},
            "SELECT i.customer_id AS customer, i.kind AS kind FROM customers_identity AS i",
        ),
        Relation(
            "fields",
            _KEY | {"field": Column.TEXT, "value": Column.TEXT},
            """
            SELECT v.customer_id AS customer, f.name AS field, v.value AS value
            FROM customers_customvalue AS v
            JOIN customers_customfield AS f ON f.id = v.field_id
            """,
            may_name=True,
        ),
    ]
)
attributes_declare(
    [
        Fact(
            name="age", meaning=_("age in whole years"), type=Type.AGE, relation="customers", column="birth_date",
        ),
        Fact(
            name="birthday", meaning=_("day and month of birth"), type=Type.BIRTHDAY, relation="customers",
            column="birth_date",
        ),
        Fact(
            name="gender", meaning=_("gender"), type=Type.TEXT, choices=GENDERS, relation="customers",
            column="gender",
        ),
        Fact(
            name="language", meaning=_("language tag, such as en"), type=Type.TEXT, relation="customers",
            column="language",
        ),
        Fact(
            name="joined", meaning=_("day of the first contact"), type=Type.DATE, relation="customers",
            column="joined",
        ),
        Fact(
            name="source", meaning=_("how the profile came to be"), type=Type.TEXT,
            choices=("till", "office", "import", "api", "self"), relation="customers", column="source",
        ),
        Fact(
            name="city", meaning=_("city of the billing address"), type=Type.TEXT, relation="places", column="city",
        ),
        Fact(
            name="region", meaning=_("region of the billing address"), type=Type.TEXT, relation="places",
            column="region",
        ),
        Fact(
            name="country", meaning=_("country of the billing address"), type=Type.TEXT, relation="places",
            column="country", form=country_form,
        ),
        Fact(
            name="postcode", meaning=_("postcode of the billing address"), type=Type.TEXT, relation="places",
            column="postcode",
        ),
        Fact(
            name="tag", meaning=_("a word the shop stuck on the customer"), type=Type.TEXT, relation="tags",
            column="tag", is_many=True,
        ),
        Fact(
            name="phone", meaning=_("whether a phone is known"), type=Type.PRESENCE, relation="contacts",
            column="kind", is_many=True, where=("kind", "phone"),
        ),
        Fact(
            name="email", meaning=_("whether an e-mail is known"), type=Type.PRESENCE, relation="contacts",
            column="kind", is_many=True, where=("kind", "email"),
        ),
        Fact(
            name="field", meaning=_("a custom field, by its name"), type=Type.CHOSEN, relation="fields",
            column="value", is_many=True, where=("field", ""), takes_argument=True,
        ),
    ]
)  # fmt: skip
