from datetime import date
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests import cast
from regulars.sales.paging import *
from regulars.access.rules import *
from regulars.access.rights import Role
def test_x(db):
    cast.shop_open(); cast.record(*(cast.sale(n, customer={"phone": f"+2547120{n:05}"}) for n in range(300)))
    with connection.cursor() as c: c.execute("ANALYZE")
    me = Actor(key="person:7", name="W", role=Role.MANAGER, stores=frozenset({cast.store().id}))
    cur = sales_page(SaleFilter(), limit=5, visible_to=OPERATOR).next_cursor
    for w, who in ((SaleFilter(), OPERATOR), (SaleFilter(store="Karen"), OPERATOR), (SaleFilter(customer=3), OPERATOR), (SaleFilter(kind="return"), OPERATOR), (SaleFilter(), me)):
        for k in (None, cur):
            with CaptureQueriesContext(connection) as q: sales_page(w, limit=5, cursor=k, visible_to=who)
            for each in q.captured_queries[:-1]:
              with connection.cursor() as c:
                c.execute(("EXPLAIN QUERY PLAN " if connection.vendor=="sqlite" else "EXPLAIN ") + each["sql"].replace("%", "%%"))
                print(w, bool(k)); [print("    ", r) for r in c.fetchall()]
