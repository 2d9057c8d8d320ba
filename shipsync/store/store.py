"""One store's state, its parts side by side on one database."""

from .audits import Audits
from .db import Database
from .inbox import Inbox
from .journal import Journal
from .orders import Orders
from .privacy import Privacy
from .runs import Runs
from .shared import SharedUnits


class Store:
    """The seam between the line and what is durable."""

    def __init__(self, database: Database, name: str) -> None:
        self.name = name
        self.database = database
        self.inbox = Inbox(database, name)
        self.orders = Orders(database, name)
        self.shared = SharedUnits(database, name)
        self.journal = Journal(database, name)
        self.runs = Runs(database, name)
        self.audits = Audits(database, name)
        self.privacy = Privacy(database, name)

    def scratch(self) -> "Store":
        """The same state in memory, for a run that leaves nothing behind."""
        return Store(self.database.scratch(), self.name)
