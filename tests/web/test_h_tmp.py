from datetime import timedelta
import pytest, re
from tests import cast
from tests.web.visiting import signed_in
pytestmark = pytest.mark.usefixtures("noon")
def test_x(anna, ben):
    cast.record(cast.sale(20, at=cast.NOW - timedelta(days=30), customer={"phone": cast.ANNA_PHONE}), cast.sale(21, at=cast.NOW - timedelta(days=31), store=cast.KAREN, customer={"phone": cast.BEN_PHONE}), cast.brought_back(22, 1))
    a = signed_in("owner").get("/reports/summary?from=2026-11-01&compare=previous")
    assert a.status_code == 200, re.findall("<main.*", a.content.decode(), re.S)[0][:1500]
