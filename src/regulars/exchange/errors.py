"""What can be wrong with a file, a mapping or an import."""

from regulars.core.errors import Conflict, Forbidden, Invalid, NotFound
from regulars.core.text import marked as _


class FileAbsent(NotFound):
    code = "exchange.file_absent"
    message = _('There is no file "%(path)s"; check the name and the folder.')


class NotAFile(Invalid):
    code = "exchange.not_a_file"
    message = _('"%(path)s" is a folder; name the files in it, such as "%(path)s/*.csv".')


class FileUnreadable(Invalid):
    code = "exchange.file_unreadable"
    message = _('"%(file)s" cannot be read: %(reason)s.')


class FileEmpty(Invalid):
    code = "exchange.file_empty"
    message = _('"%(file)s" is empty; export it again.')


class NoRows(Invalid):
    code = "exchange.no_rows"
    message = _('"%(file)s" has a heading and no rows below it; export it again with the sales in it.')


class FileTruncated(Invalid):
    code = "exchange.file_truncated"
    message = _('"%(file)s" ends in the middle of its compressed content; copy it again, whole.')


class FileDamaged(Invalid):
    code = "exchange.file_damaged"
    message = _('"%(file)s" is damaged: %(reason)s. Copy or export it again.')


class NotWhatItIsCalled(Invalid):
    code = "exchange.not_what_it_is_called"
    message = _(
        '"%(file)s" is called %(called)s but is none; open it in a spreadsheet program and save it as XLSX, '
        "or give it the name of what it is, such as .csv."
    )


class NotUtf8(Invalid):
    code = "exchange.not_utf8"
    message = _(
        'Line %(line)s of "%(file)s" is not UTF-8: its byte %(byte)s is %(value)s%(guess)s. '
        "Name the encoding of the file in [file] encoding, or save the file as UTF-8."
    )


class NotInEncoding(Invalid):
    code = "exchange.not_in_encoding"
    message = _(
        'Line %(line)s of "%(file)s" is not written in %(encoding)s: its byte %(byte)s is %(value)s. '
        "Name another encoding in [file] encoding, or leave it out to have it found."
    )


class ZeroByte(Invalid):
    code = "exchange.zero_byte"
    message = _('Line %(line)s of "%(file)s" holds a zero byte, which no text has; export the file again as text.')


class DelimiterDoubtful(Invalid):
    code = "exchange.delimiter_doubtful"
    message = _(
        '"%(file)s" could be split at %(first)s or at %(second)s; '
        'say which in [file] delimiter, such as delimiter = ";".'
    )


class SheetDoubtful(Invalid):
    code = "exchange.sheet_doubtful"
    message = _('"%(file)s" has %(count)s sheets with content (%(names)s); say which in [file] sheet.')


class SheetAbsent(NotFound):
    code = "exchange.sheet_absent"
    message = _('"%(file)s" has no sheet "%(name)s"; it has: %(names)s.')


class ColumnMissing(Invalid):
    code = "exchange.column_missing"
    message = _('"%(file)s" has no column "%(column)s"%(hint)s; its columns are: %(found)s.')


class ColumnTwice(Invalid):
    code = "exchange.column_twice"
    message = _('"%(file)s" has two columns "%(column)s"; give them different names.')


class ColumnsDiffer(Invalid):
    code = "exchange.columns_differ"
    message = _('"%(file)s" has %(found)s columns where the mapping names %(expected)s; correct [file] columns.')


class DateOrderDoubtful(Invalid):
    code = "exchange.date_order_doubtful"
    message = _(
        'The dates in column "%(column)s" of "%(file)s" are doubtful: %(reason)s. '
        'Say the order in [file] date_format: "DMY" (day first), "MDY" (month first) or "YMD" (year first).'
    )


class NoDates(Invalid):
    code = "exchange.no_dates"
    message = _(
        'No value of column "%(column)s" of "%(file)s" can be read as a date (line %(line)s: "%(value)s"); '
        'map another column, or give its form in [file] date_format, such as "%%d.%%m.%%Y %%H:%%M".'
    )


class NumberFormatDoubtful(Invalid):
    code = "exchange.number_format_doubtful"
    message = _(
        'The numbers in "%(file)s" are doubtful: %(reason)s. '
        'Say the sign before the decimals in [file] decimal: "." or ",".'
    )


class MappingUnreadable(Invalid):
    code = "exchange.mapping_unreadable"
    message = _('The mapping "%(name)s" is not TOML: %(reason)s. Correct it there.')


class MappingWrong(Invalid):
    code = "exchange.mapping_wrong"
    message = _('%(place)s in the mapping "%(name)s": %(reason)s.')


class PresetUnknown(NotFound):
    code = "exchange.preset_unknown"
    message = _(
        'There is no preset "%(name)s"%(hint)s; there are: %(known)s. Or write a mapping of your own (--mapping).'
    )


class ConditionWrong(Invalid):
    code = "exchange.condition_wrong"
    message = _("The rule «%(text)s» cannot be read at character %(position)s: %(reason)s.")


class StoreNotNamed(Invalid):
    code = "exchange.store_not_named"
    message = _('"%(file)s" does not say in which store its sales were made; name it with --store (%(known)s).')


class StoresUnknown(NotFound):
    code = "exchange.stores_unknown"
    message = _(
        'There is no store %(names)s%(hint)s; add it with "regulars stores add", or import with --create-stores.'
    )


class CurrencyOther(Invalid):
    code = "exchange.currency_other"
    message = _(
        "The mapping says the file counts in %(found)s; this shop counts in %(expected)s, and the two do not add up."
    )


class ImportUnknown(NotFound):
    code = "exchange.import_unknown"
    message = _('There is no import %(name)s; "regulars imports list" shows them all.')


class ImportUndone(Conflict):
    code = "exchange.import_undone"
    message = _("Import %(name)s was undone already, on %(day)s; import its files again to have them back.")


class NothingUploaded(Invalid):
    code = "exchange.nothing_uploaded"
    message = _("No file came along; choose at least one.")


class TooManyFiles(Invalid):
    code = "exchange.too_many_files"
    message = _("%(found)s files are too many for one import; upload at most %(most)s at a time.")


class UploadTooLarge(Invalid):
    code = "exchange.upload_too_large"
    message = _(
        "The files are larger than %(most)s MB together. Compress them with gzip, upload them in parts, "
        'or import them where the shop runs, with "regulars import".'
    )


class NotATable(Invalid):
    code = "exchange.not_a_table"
    message = _('"%(file)s" holds %(found)s, not a table; upload CSV, TSV, XLSX or Parquet, text also with gzip.')


class UnpacksTooLarge(Invalid):
    code = "exchange.unpacks_too_large"
    message = _(
        '"%(file)s" unpacks to far more than a table of its size holds (%(reason)s); save it as CSV and upload that.'
    )


class DeclaresEntities(Invalid):
    code = "exchange.declares_entities"
    message = _(
        '"%(file)s" declares a document type in its XML, which no spreadsheet program does; '
        "open it in one and save it again."
    )


class UploadUnknown(NotFound):
    code = "exchange.upload_unknown"
    message = _("There is no upload %(name)s: it is done, discarded or more than a day old. Upload the files again.")


class UploadBusy(Conflict):
    code = "exchange.upload_busy"
    message = _("The upload is being worked on. Wait until that is over, or cancel it.")


class UploadDone(Conflict):
    code = "exchange.upload_done"
    message = _("The upload was imported already; upload its files again to import them again.")


class UploadNotTried(Conflict):
    code = "exchange.upload_not_tried"
    message = _("Nobody has seen yet what this import would do; try it first (a dry run), then import.")


class UploadActorGone(Forbidden):
    code = "exchange.upload_actor_gone"
    message = _("Whoever asked for this may not sign in any more, so nothing was done. Ask for it yourself.")


class ImportCancelled(Conflict):
    code = "exchange.import_cancelled"
    message = _("This was cancelled; nothing of it was kept.")


class ImportCutOff(Conflict):
    code = "exchange.import_cut_off"
    message = _("The server stopped while this was under way. Nothing of it was kept; try it again.")


class ImportBroken(Conflict):
    code = "exchange.import_broken"
    message = _(
        "This failed for a mistake of Regulars, not of yours (%(kind)s at %(place)s). Nothing of it was kept; "
        "please report it."
    )


class UnknownExportForm(Invalid):
    code = "exchange.unknown_export_form"
    message = _('There is no form "%(name)s"; choose from: %(known)s.')


class UnknownExportColumn(Invalid):
    code = "exchange.unknown_export_column"
    message = _('There is no column "%(name)s"%(hint)s; choose from: %(known)s.')


class ColumnsGiven(Invalid):
    code = "exchange.columns_given"
    message = _('The form "%(form)s" has columns of its own; leave the columns out, or take the form csv.')


class ChannelUnfit(Invalid):
    code = "exchange.channel_unfit"
    message = _('The form "%(form)s" cannot be written for the channel "%(channel)s"; choose from: %(known)s.')


class PurposeNeeded(Invalid):
    code = "exchange.purpose_needed"
    message = _(
        "Say what the export is for, in %(least)s to %(longest)s characters: who takes names, phones and e-mails is in "
        "the log with the purpose."
    )
