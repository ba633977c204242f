"""The settings of a server under test: the shop's own, with a few routes more and a shorter patience."""

from regulars.config.serving import bodies
from regulars.config.settings import *  # noqa: F403
from regulars.config.settings import MIDDLEWARE as OURS

ROOT_URLCONF = "tests.serving.urls"
# The routes of these tests have no rights: who asks is nobody's business.
MIDDLEWARE = [each for each in OURS if not each.startswith("regulars.")]
# Half a second of silence ends a body here, so that tests need not wait for ten.
bodies.PAUSE = 0.5
