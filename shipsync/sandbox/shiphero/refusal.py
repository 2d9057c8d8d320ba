"""How the double says no: one exception with ShipHero's error code."""

INVALID = 3  # invalid argument, recorded
NOT_FOUND = 5  # seen in client code
NO_CREDITS = 30  # recorded


class Refusal(Exception):
    """An operation that is not carried out. `field` is the argument or selection that ShipHero would name."""

    def __init__(self, message: str, code: int = INVALID, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.field = field
