"""How many random cases are tried: REGULARS_HYPOTHESIS is quick, usual or deep."""

import os

from hypothesis import HealthCheck, Phase, settings

EXAMPLES = {"quick": 60, "usual": 200, "deep": 5000}[os.environ.get("REGULARS_HYPOTHESIS", "usual")]
PROFILE = settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
    phases=[Phase.explicit, Phase.generate, Phase.shrink],
    print_blob=True,
)
