"""Locations: all of them, with what decides whether they are ours."""

from shipsync.shopify.orders import Location, locations
from tests.clocks import FakeClock
from tests.shopify.scripted import Scripted, answer, client
from tests.shopify.wire_order import connection


def test_all_pages_of_locations_are_read(clock: FakeClock) -> None:
    def node(number: int, *, service: bool = False) -> dict[str, object]:
        gid = f"gid://shopify/Location/{number}"
        return {"id": gid, "name": f" Shop {number}", "isActive": number == 1, "isFulfillmentService": service}

    server = Scripted(
        answer({"locations": connection(node(1), more="c1")}), answer({"locations": connection(node(2, service=True))})
    )
    assert locations(client(server, clock)) == (
        Location(id="1", name="Shop 1", active=True, is_fulfillment_service=False),
        Location(id="2", name="Shop 2", active=False, is_fulfillment_service=True),
    )
    assert [variables["after"] for variables in server.variables] == [None, "c1"]
