"""Actors: who is asking, and how far each of their rights goes."""

from dataclasses import dataclass

from regulars.access.rights import RIGHTS, Reach, Role
from regulars.core.errors import Forbidden


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Someone or something that acts.

    `key` names them in the log for good ("person:3"), `name` is what people read. `stores` are the own stores of a
    role that is bound to some; None is every store.
    """

    key: str
    name: str
    role: Role
    stores: frozenset[int] | None = None
    customer_id: int | None = None

    def require(self, right: str) -> None:
        """Returns when the actor holds the right, however far it goes. Raises Forbidden."""
        if self.reach(right) is None:
            raise Forbidden(actor=self.name, right=right)

    def may(self, right: str) -> bool:
        return self.reach(right) is not None

    def reach(self, right: str) -> Reach | None:
        """How far the right goes; None: not at all. A right that the matrix does not know is a bug."""
        return RIGHTS[right].reach.get(self.role)

    def stores_within(self, right: str) -> frozenset[int] | None:
        """The stores the right reaches; None: every store. Raises Forbidden."""
        self.require(right)
        match self.reach(right):
            case Reach.OWN:
                return self.stores
            case Reach.SELF:
                return frozenset()
            case _:
                return None

    def may_in(self, right: str, store_id: int) -> bool:
        """Whether the right reaches this store."""
        if not self.may(right):
            return False
        stores = self.stores_within(right)
        return stores is None or store_id in stores


# Whoever may run commands on the machine may do everything.
OPERATOR = Actor(key="operator", name="operator", role=Role.OWNER)
# A till of every store; a till's own token is bound to one.
REGISTER = Actor(key="register", name="register", role=Role.REGISTER)
