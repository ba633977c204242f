"""What stops the product from opening its data."""

from regulars.core.errors import Conflict, Invalid, NotFound
from regulars.core.text import marked as _


class NoDataHere(NotFound):
    code = "storage.no_data_here"
    message = _('There is no shop in "%(folder)s" yet; make one with "regulars init --data %(folder)s --name ...".')


class DataIsThere(Conflict):
    code = "storage.data_is_there"
    message = _('There is a shop in "%(folder)s" already; choose another folder with --data, or keep using this one.')


class KeyMissing(NotFound):
    code = "storage.key_missing"
    message = _(
        'The key of this shop is not at "%(path)s"; bring it back from your copy, or set REGULARS_KEY or '
        "REGULARS_KEY_FILE. Without it the data cannot be read by anyone."
    )


class KeyMalformed(Invalid):
    code = "storage.key_malformed"
    message = _("The key in %(source)s is not 64 hexadecimal digits; it must be the line that regulars init wrote.")


class KeyOpenToOthers(Invalid):
    code = "storage.key_open_to_others"
    message = _('The key file "%(path)s" can be read by other users; close it with "chmod 600 %(path)s".')


class WrongKey(Invalid):
    code = "storage.wrong_key"
    message = _(
        'The key does not open "%(path)s": it is another shop\'s key, or the file is damaged. '
        "Set REGULARS_KEY_FILE to the key made with this shop, or restore a backup."
    )


class DatabaseTooOld(Invalid):
    code = "storage.database_too_old"
    message = _(
        "SQLite %(found)s can corrupt a write-ahead log; %(needed)s or newer is needed. "
        "Reinstall Regulars from its lock file."
    )


class UnsafeMode(Invalid):
    code = "storage.unsafe_mode"
    message = _(
        'The database "%(path)s" is in the unsafe mode %(setting)s=%(found)s instead of %(needed)s. '
        "Put it on a local disk that supports locking, and start again."
    )


class DatabaseUnreachable(Invalid):
    code = "storage.database_unreachable"
    message = _("The database does not answer: %(reason)s. Check REGULARS_DATABASE_URL and that the server runs.")


class SchemaBehind(Conflict):
    code = "storage.schema_behind"
    message = _('The data in "%(folder)s" was made by an older Regulars; bring it up to date with "regulars upgrade".')


class DiskFull(Conflict):
    code = "storage.disk_full"
    message = _("The disk is full, so nothing of this was kept. Make room and do it again.")


class DatabaseBusy(Conflict):
    code = "storage.database_busy"
    message = _("Another program is writing to this shop and did not finish in time. Nothing was kept; try again.")
