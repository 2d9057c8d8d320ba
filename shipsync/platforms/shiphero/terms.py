"""What the settings say about how orders of this account are read and written."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from shipsync.config.settings import HoldKind, Mode, StatusMeaning

OUR_SHOP = "shipsync"


@dataclass(frozen=True)
class Terms:
    mode: Mode = Mode.ADOPT
    hold: HoldKind = HoldKind.OPERATOR
    statuses: Mapping[str, StatusMeaning] = field(default_factory=dict)
    account: str | None = None  # customer_account_id: whose orders a 3PL's token means
    created_shop: str = OUR_SHOP  # shop_name of the orders that we create
    lifts_address_hold: bool = False  # release_native_address_hold

    @property
    def hold_key(self) -> str:
        """The one hold that may be ours."""
        return f"{self.hold.value}_hold"

    def owned(self, **fields: object) -> dict[str, object]:
        """An input, with the customer account where the token is a 3PL's."""
        return {"customer_account_id": self.account, **fields} if self.account else fields
