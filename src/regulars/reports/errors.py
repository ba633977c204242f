"""What can be wrong with a question that is asked, or with a folder that is to be one."""

from regulars.core.errors import Conflict, Invalid, NotFound
from regulars.core.text import marked as _


class ReportUnknown(NotFound):
    code = "reports.unknown"
    message = _('There is no report "%(name)s"%(hint)s; see "regulars reports list".')


class ReportBroken(Conflict):
    code = "reports.broken"
    message = _(
        "The report in %(file)s cannot be used: %(reason)s. Change the file; the other reports are not touched."
    )


class ScopeWrong(Invalid):
    """A word of the scope cannot be. `told` and `values`: the sentence and what it names, for who writes days and
    choices as people read them; machines are told the words they sent.
    """

    code = "reports.scope_wrong"
    message = _("%(place)s: %(reason)s")

    def __init__(self, *, place: str, told: str, **values: object) -> None:
        written = {name: ", ".join(each) if isinstance(each, tuple) else each for name, each in values.items()}
        super().__init__(place=place, reason=told % written)
        self.told, self.values = told, values


class PartUnknown(NotFound):
    code = "reports.part_unknown"
    message = _('The report "%(report)s" has no part "%(name)s"; it has %(parts)s.')


class NothingToDraw(Conflict):
    code = "reports.nothing_to_draw"
    message = _('The part "%(part)s" of the report "%(report)s" is a table without a chart; take it as csv or xlsx.')


class NobodyBehind(Conflict):
    code = "reports.nobody_behind"
    message = _("No customers stand behind this row.")


class RunUnknown(NotFound):
    code = "reports.run_unknown"
    message = _("There is no kept answer %(name)s; it may have expired. Ask the report again.")


class RunUnfinished(Conflict):
    code = "reports.run_unfinished"
    message = _("The run %(name)s has no answer: it has not ended yet, was cancelled, or failed. Ask the report again.")


class RunCutOff(Conflict):
    code = "reports.run_cut_off"
    message = _("The report ended before it was done. Ask it again; if it happens again, the server's log says why.")


class RunUnowned(Conflict):
    code = "reports.run_unowned"
    message = _("Whoever asked for the report may no longer see it.")


class PurposeMissing(Invalid):
    code = "reports.purpose_missing"
    message = _(
        "Say what the names are for, in %(least)s letters at least and %(longest)s signs at most: it goes into the log."
    )
