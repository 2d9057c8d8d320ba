"""Every error that ends a run or an order, grouped by what there is to do.

    ShipsyncError
    ├── UsageError            2   the command line is wrong
    ├── ConfigError           3   the configuration or the state file must be mended
    ├── NotAllowedError       7   a scope, a token or an API version is not what is needed
    ├── ContractError         7   a server answers something that its API does not
    ├── TryLaterError        75   nothing is wrong here: a lock, a server, a deadline
    │   └── LockedError           another run holds the lock
    └── GuardError            6   a plan is too big to be believed

What a server said to one order is never an exception but a value (`Unread`, `Outcome`, a change's
status), so one bad order can't stop the rest. A message names the order, the field, the value and
the remedy; never a token, never an address.
"""

OK = 0
BUG = 1
USAGE = 2
CONFIG = 3
PENDING = 4
ATTENTION = 5
GUARD = 6
NOT_ALLOWED = 7
TRY_LATER = 75
INTERRUPTED = 130

# Of several codes the first that applies is the exit code of the command.
PRECEDENCE = (BUG, USAGE, CONFIG, NOT_ALLOWED, GUARD, ATTENTION, TRY_LATER, PENDING, OK)


def worst(*codes: int) -> int:
    """The one exit code that stands for several: the first in `PRECEDENCE` that occurs."""
    return min(codes, key=PRECEDENCE.index, default=OK)


class ShipsyncError(Exception):
    """Root of the tree. `remedy` is the sentence that tells the reader what to do."""

    exit_code = BUG

    def __init__(self, message: str, *, remedy: str = "") -> None:
        super().__init__(f"{message}\n  {remedy}" if remedy else message)
        self.message = message
        self.remedy = remedy


class UsageError(ShipsyncError):
    """The command line asks for something that can't be done."""

    exit_code = USAGE


class ConfigError(ShipsyncError):
    """The configuration, a secret or the state file must be mended before anything can run."""

    exit_code = CONFIG


class NotAllowedError(ShipsyncError):
    """A credential was refused, a scope is missing, or the shop is closed to us."""

    exit_code = NOT_ALLOWED


class ContractError(ShipsyncError):
    """The server answered something its API does not: another version, an unknown shape, a warning."""

    exit_code = NOT_ALLOWED


class GuardError(ShipsyncError):
    """What was read or planned is too different from yesterday to be acted on without a person."""

    exit_code = GUARD


class TryLaterError(ShipsyncError):
    """Nothing is wrong here and the same command will do later: a server is down, a deadline passed."""

    exit_code = TRY_LATER


class LockedError(TryLaterError):
    """Another run holds the lock of this store or of its platform account."""
