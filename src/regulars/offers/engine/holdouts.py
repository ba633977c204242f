"""Who does not get an offer, so that its effect can be measured: the same customers always, whatever the order."""

from hashlib import sha256


def is_held_out(*, offer: int, customer: int, share_milli: int) -> bool:
    """Whether this customer is in the share (in thousandths) that the offer is held back from.

    A hash spreads customers evenly and anew for each offer; a larger share holds all of a smaller one.
    """
    if share_milli <= 0:
        return False
    digest = sha256(f"{offer}:{customer}".encode()).digest()
    return int.from_bytes(digest[:8], "big") * 1000 < share_milli << 64
