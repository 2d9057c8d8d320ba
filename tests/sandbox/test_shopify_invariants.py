"""Whatever people do in whatever order: quantities agree, times only go forward, search finds what there is."""

from collections.abc import Callable
from contextlib import suppress
from random import Random
from threading import Thread
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from shipsync.sandbox.shopify import PLUS, Shop, ShopifyServer, seed
from shipsync.sandbox.shopify.orders import Order
from shipsync.sandbox.shopify.refusal import Refused
from tests.clocks import FakeClock
from tests.sandbox.shopify_api import Tenant

SKUS = ("TEE-BLK-M", "MUG-WHT")
Deed = Callable[[Tenant, Order, str, int], Any]

DEEDS: list[Deed] = [
    lambda t, o, sku, n: t.merchant.set_quantity(o, sku, n),
    lambda t, o, sku, n: t.merchant.add_item(o, (sku, n + 1)),
    lambda t, o, sku, n: t.merchant.remove_item(o, sku),
    lambda t, o, sku, n: t.merchant.swap_item(o, sku, ("CAP-NVY", n + 1)),
    lambda t, o, sku, n: t.merchant.fulfill(o, {sku: n + 1}),
    lambda t, o, sku, n: t.merchant.fulfill(o),
    lambda t, o, sku, n: t.merchant.cancel_fulfillment(o),
    lambda t, o, sku, n: t.merchant.hold(o),
    lambda t, o, sku, n: t.merchant.hold(o, part={sku: n + 1}),
    lambda t, o, sku, n: t.merchant.release_hold(o),
    lambda t, o, sku, n: t.merchant.move(o, "Annex"),
    lambda t, o, sku, n: t.merchant.move(o, "Main warehouse", lines={sku: n + 1}),
    lambda t, o, sku, n: t.merchant.split(o, {sku: n + 1}),
    lambda t, o, sku, n: t.merchant.merge(o),
    lambda t, o, sku, n: t.merchant.report_progress(o),
    lambda t, o, sku, n: t.merchant.open_scheduled(o),
    lambda t, o, sku, n: t.merchant.refund(o, {sku: n + 1}),
    lambda t, o, sku, n: t.merchant.refund(o, {sku: n + 1}, remove_from_fulfillment_order=True),
    lambda t, o, sku, n: t.merchant.pay(o),
    lambda t, o, sku, n: t.wait(1),
]


def agree(order: Order) -> None:
    """What a reader may rely on."""
    for line in order.lines:
        parcels = [one.line_of(line) for one in order.fulfillment_orders if one.live]
        assert line.unfulfilled == sum(part.remaining for part in parcels if part is not None)
        shipped = sum(
            part.quantity for made in order.fulfillments if made.live for part in made.lines if part.line is line
        )
        assert line.fulfilled == shipped
        assert min(line.current, line.unfulfilled, line.fulfilled, line.withdrawn) >= 0
    for one in order.fulfillment_orders:
        assert all(0 <= part.remaining <= part.total for part in one.lines)
        assert one.live or one.remaining == 0
        assert bool(one.holds) == (one.status == "ON_HOLD")


@given(st.lists(st.tuples(st.sampled_from(DEEDS), st.sampled_from(SKUS), st.integers(0, 3)), max_size=25))
def test_quantities_agree_whatever_is_done(deeds: list[tuple[Deed, str, int]]) -> None:
    tenant = Tenant()
    tenant.shop.add_location("Annex")
    order = tenant.order(("TEE-BLK-M", 3), ("MUG-WHT", 2))
    last = order.updated_at
    for deed, sku, number in deeds:
        with suppress(Refused, ValueError, KeyError):
            deed(tenant, order, sku, number)
        agree(order)
        assert order.updated_at >= last
        last = order.updated_at
    found = tenant.read(order, "displayFulfillmentStatus displayFinancialStatus")
    assert tenant.search(f"id:{order.id}", "displayFulfillmentStatus displayFinancialStatus") == [found]


def test_ten_thousand_orders_are_paged_once_each() -> None:
    clock = FakeClock()
    shop = Shop(clock, plan=PLUS)
    seed.stock(shop)
    made = seed.orders(shop, 10_000, Random(1))
    tenant = Tenant(plan=PLUS)
    tenant.clock, tenant.shop, tenant.server = clock, shop, ShopifyServer(shop)
    tenant.wait()
    query = (
        "query($after: String) { orders(first: 250, after: $after, query: \"updated_at:>='2026-11-21T09:00:00Z'\", "
        "sortKey: UPDATED_AT) { pageInfo { hasNextPage endCursor } nodes { id updatedAt } } }"
    )
    seen: list[str] = []
    info = {"endCursor": None, "hasNextPage": True}
    while info["hasNextPage"]:
        page = tenant.data(query, after=info["endCursor"])["orders"]
        seen += [node["id"] for node in page["nodes"]]
        info = page["pageInfo"]
    assert sorted(seen) == sorted(order.gid for order in made)


def test_seeded_orders_are_open_paid_routed_and_invented() -> None:
    tenant = Tenant()
    made = seed.orders(tenant.shop, 200, Random(7))
    tenant.wait()
    tenant.shop.tick()
    assert {order.shipping_address.country_code for order in made if order.shipping_address} == {
        "US",
        "CA",
        "GB",
        "DE",
        "AU",
    }
    assert {len(order.lines) for order in made} == {1, 2, 3, 4}
    assert {order.shipping_lines[0].title for order in made} == {"Standard", "Express"}
    for order in made:
        found = tenant.read(order, "displayFinancialStatus displayFulfillmentStatus closed test email")
        assert (found["displayFinancialStatus"], found["displayFulfillmentStatus"]) == ("PAID", "UNFULFILLED")
        assert found["email"].endswith("@example.com")
        assert order.shipping_address is not None
        assert order.shipping_address.first_name == "Customer"
        assert "Example Street" in (order.shipping_address.address1 or "")
        agree(order)


def test_the_same_seed_gives_the_same_orders() -> None:
    first, second = Tenant(), Tenant()
    for tenant in (first, second):
        seed.orders(tenant.shop, 20, Random(3))
    query = "{ orders(first: 50, sortKey: ID) { nodes { id name lineItems(first: 9) { nodes { sku quantity } } } } }"
    assert first.data(query) == second.data(query)


def test_several_threads_get_in_one_at_a_time() -> None:
    tenant = Tenant(plan=PLUS)
    orders = [tenant.order() for _ in range(4)]
    failures: list[BaseException] = []

    def work(order: Order) -> None:
        query = "mutation($id: ID!, $t: [String!]!) { tagsAdd(id: $id, tags: $t) { userErrors { message } } }"
        try:
            for number in range(25):
                tenant.data(query, id=order.gid, t=[str(number)])
                tenant.merchant.set_note(order, str(number))
        except BaseException as failure:  # noqa: BLE001
            failures.append(failure)

    threads = [Thread(target=work, args=(order,)) for order in orders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert all(len(order.tags) == 25 for order in orders)
    assert len({order.updated_at for order in orders}) == 4
