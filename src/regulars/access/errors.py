"""What can go wrong when somebody asks to come in."""

from regulars.core.errors import Conflict, Forbidden, Invalid, NotFound
from regulars.core.text import marked as _


class NotSignedIn(Forbidden):
    """Nobody is asking: no session, or no token that is valid."""

    code = "access.not_signed_in"
    message = _("Sign in first, or send a valid token: Authorization: Bearer TOKEN.")


class SignInRefused(Forbidden):
    """The same for an unknown name, a wrong password and somebody who left: a guess learns nothing."""

    code = "access.sign_in_refused"
    message = _("The name or the password is not right.")


class SecondFactorRefused(Forbidden):
    code = "access.second_factor_refused"
    message = _("The code is not right, or was used already. Wait for the next one, or use a recovery code.")


class TooManyTries(Forbidden):
    code = "access.too_many_tries"
    message = _("Too many tries. Wait %(minutes)s minutes, then try again.")


class LoginTaken(Conflict):
    code = "access.login_taken"
    message = _('Somebody signs in as "%(login)s" already; choose another name.')


class BadLogin(Invalid):
    code = "access.bad_login"
    message = _('Nobody can sign in as "%(login)s"; use 2 to 64 letters, digits and . - _ @ +, without spaces.')


class BadRole(Invalid):
    code = "access.bad_role"
    message = _('There is no role "%(role)s"; use one of: %(known)s.')


class StoresNeeded(Invalid):
    code = "access.stores_needed"
    message = _("A %(role)s works in stores of their own; name at least one.")


class PasswordWeak(Invalid):
    code = "access.password_weak"
    message = _("The password cannot be used. %(reason)s")


class PersonUnknown(NotFound):
    code = "access.person_unknown"
    message = _('Nobody signs in as "%(name)s".')


class LastOwner(Conflict):
    code = "access.last_owner"
    message = _("%(name)s is the only owner left; make somebody else an owner first.")


class TokenUnknown(NotFound):
    code = "access.token_unknown"
    message = _("There is no token %(name)s.")


class BadExpiry(Invalid):
    code = "access.bad_expiry"
    message = _("A token lasts from 1 to %(most)s days; %(days)s were asked for.")


class OperationDiffers(Conflict):
    code = "access.operation_differs"
    message = _('Something else was asked for under the Idempotency-Key "%(key)s" already; use a new key.')


class BadOperationKey(Invalid):
    code = "access.bad_operation_key"
    message = _("An Idempotency-Key has 1 to 255 visible characters; this one has %(length)s.")


class CodeRefused(Forbidden):
    """The same for a wrong code, an old one, a used one, and one that was guessed at too often."""

    code = "access.code_refused"
    message = _("The code is not right, or is no longer good. Type it again, or ask for another.")


class CannotBeReached(Invalid):
    code = "access.cannot_be_reached"
    message = _("This shop does not send codes there; it sends them to: %(kinds)s.")


class SendingBusy(Conflict):
    code = "access.sending_busy"
    message = _("Too many messages wait to be sent. Ask again in a few minutes, or ask at the till.")


class TillCodeRefused(NotFound):
    """The same for a wrong code, an old one, a used one and that of another customer."""

    code = "access.till_code_refused"
    message = _("This code is not good, or no longer. Ask the customer to show a new one.")
