"""Actors and the rights they hold."""

from dataclasses import dataclass

from regulars.core.errors import Forbidden

RIGHTS = frozenset(
    {
        "customers.see",
        "customers.create",
        "customers.edit",
        "sales.see",
        "sales.record",
        "sales.return_without_receipt",
        "sales.void",
        "sales.reassign",
        "catalogue.edit",
        "business.edit",
        "exchange.import",
    }
)


@dataclass(frozen=True, slots=True)
class Actor:
    """Someone or something that acts: named in the log, holding rights."""

    name: str
    rights: frozenset[str]

    def require(self, right: str) -> None:
        """Returns when the actor holds the right. Raises Forbidden."""
        if right not in self.rights:
            raise Forbidden(actor=self.name, right=right)

    def may(self, right: str) -> bool:
        return right in self.rights


# Whoever may run commands on the machine may do everything.
OPERATOR = Actor(name="operator", rights=RIGHTS)
# A till: sells, takes back with a receipt, opens profiles.
REGISTER = Actor(name="register", rights=frozenset({"customers.see", "customers.create", "sales.see", "sales.record"}))
