"""By what the customers of the demo can be reached: card codes, phones and e-mails, none given twice."""

from random import Random

from regulars.core.text import words
from regulars.customers.rules import ean13_check_digit
from regulars.exchange.demo.names import PersonName

# Safaricom's and Airtel's blocks: 07 and these two digits, then six more.
MOBILE_BLOCKS = (*range(40), *range(85, 100))
# Kept for examples by RFC 2606: no mail ever arrives.
MAIL_DOMAINS = ("example.org", "example.com")


class Contacts:
    """A well of identities; the same generator of chance draws the same ones from it."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._taken: set[str] = set()

    def phone(self) -> str:
        """A Kenyan mobile number in E.164."""
        phone = f"+2547{self._rng.choice(MOBILE_BLOCKS):02}{self._rng.randrange(10**6):06}"
        return self._first_of(phone) or self.phone()

    def code(self) -> str:
        """An EAN-13 of the range that GS1 keeps for use inside a shop."""
        body = f"2{self._rng.randrange(10**11):011}"
        return self._first_of(body + ean13_check_digit(body)) or self.code()

    def email(self, name: PersonName) -> str:
        """An address made of the name, with a number where others of that name came before."""
        first, last = ("".join(words(part)) for part in (name.first, name.last))
        forms = (f"{first}.{last}", f"{first}{last}", f"{first[:1]}{last}", f"{last}.{first}")
        base, domain = self._rng.choice(forms), self._rng.choice(MAIL_DOMAINS)
        email, n = f"{base}@{domain}", 1
        while not self._first_of(email):
            n += 1
            email = f"{base}{n}@{domain}"
        return email

    def _first_of(self, identity: str) -> str:
        """The identity, or nothing where it was given before."""
        if identity in self._taken:
            return ""
        self._taken.add(identity)
        return identity
