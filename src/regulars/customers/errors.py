"""What can be wrong with a customer."""

from regulars.core.errors import Conflict, Invalid, NotFound
from regulars.core.text import marked as _


class BadPhone(Invalid):
    code = "customers.bad_phone"
    message = _(
        '"%(value)s" is no phone number of %(country)s; write it with its country code, such as +44 20 7946 0958.'
    )


class BadEmail(Invalid):
    code = "customers.bad_email"
    message = _('"%(value)s" is no e-mail address; it needs a name, an @ and a domain, such as ann@example.org.')


class BadCode(Invalid):
    code = "customers.bad_code"
    message = _('"%(value)s" is no customer code; use up to 64 letters, digits and the signs - _ . /')


class UnknownCountry(Invalid):
    code = "customers.unknown_country"
    message = _('"%(country)s" is no country; write its two letters, such as KE, or its English name.')


class BadDetail(Invalid):
    code = "customers.bad_detail"
    message = _('"%(value)s" cannot be the %(field)s of a customer: %(remedy)s.')


class CodeTaken(Conflict):
    code = "customers.code_taken"
    message = _('The code "%(value)s" belongs to another customer; choose another, or open that customer.')


class CustomerUnknown(NotFound):
    code = "customers.unknown"
    message = _('There is no customer "%(name)s"; give an id, a code, a phone or an e-mail.')


class CustomerAmbiguous(Conflict):
    code = "customers.ambiguous"
    message = _('"%(name)s" leads to %(count)s customers (%(ids)s); give the id of the one you mean.')


class FieldUnknown(NotFound):
    code = "customers.field_unknown"
    message = _('There is no custom field "%(name)s"; make it first, or use one of: %(known)s.')


class FieldTaken(Conflict):
    code = "customers.field_taken"
    message = _('There is a custom field "%(name)s" already.')
