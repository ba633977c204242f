"""What can be wrong with an engine."""

from regulars.core.errors import Conflict, Invalid, NotFound
from regulars.core.text import marked as _


class EngineUnknown(NotFound):
    code = "lake.engine_unknown"
    message = _('There is no engine "%(name)s"; write duckdb or spark.')


class SparkUnnamed(Invalid):
    code = "lake.spark_unnamed"
    message = _("Which Spark is not said: set REGULARS_ENGINE to spark://HOST:7077, or to sc://HOST:15002.")


class SparkMissing(Invalid):
    code = "lake.spark_missing"
    message = _("Spark is not installed beside Regulars: run pip install 'regulars[spark]'.")


class JavaMissing(Invalid):
    code = "lake.java_missing"
    message = _("Spark needs Java 17 or newer on this machine: install it, or set JAVA_HOME to the folder it is in.")


class SparkUnreachable(Conflict):
    code = "lake.spark_unreachable"
    message = _("No Spark answers at %(address)s (%(reason)s): start it, or set REGULARS_ENGINE to where it is.")


class SparkIdle(Conflict):
    code = "lake.spark_idle"
    message = _(
        "Spark at %(address)s has had no free worker for %(seconds)s seconds: start one, or end what holds them."
    )
