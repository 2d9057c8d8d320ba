"""What an operation is estimated at, what it is charged, and what is said when there is not enough."""

from datetime import timedelta
from typing import Any

import pytest

from shipsync.sandbox.shiphero import BUCKETS, Account, Options
from tests.clocks import FakeClock
from tests.sandbox.shiphero_api import Api

HEADS = "{ edges { node { id } } }"


@pytest.fixture
def api(clock: FakeClock) -> Api:
    return Api(Account(clock))


def throttling(answer: Any) -> Any:
    return answer["extensions"]["throttling"]


def orders(page: str, inside: str = "id", alias: str = "") -> str:
    return f"{alias}orders {{ data{page} {{ edges {{ node {{ {inside} }} }} }} }}"


def line_items(page: str = "", alias: str = "") -> str:
    return f"{alias}line_items{page} {{ edges {{ node {{ id }} }} }}"


FRAGMENTS = """
  { orders { ...F } }
  fragment F on OrdersQueryResult { data(first: 6) { ... on OrderConnection { edges { cursor } } } }
"""


@pytest.mark.parametrize(
    ("query", "estimate"),
    [
        (f"{{ {orders('(first: 1)')} }}", 2),
        (f"{{ {orders('')} }}", 101),
        (f"{{ {orders('(last: 7)')} }}", 8),
        (f"{{ {orders('(first: 10)', line_items())} }}", 1011),
        (f"{{ {orders('(first: 5)', line_items('(first: 5)'))} }}", 31),
        (f"{{ {orders('(first: 2)', line_items('(first: 3)', 'a: ') + line_items('(first: 4)', 'b: '))} }}", 17),
        (f"{{ {orders('(first: 2)', 'shipments { ' + line_items('(first: 3)') + ' }')} }}", 9),
        (f"{{ {orders('(first: 1)', alias='a: ')} {orders('(first: 2)', alias='b: ')} }}", 5),
        (f'{{ order(id: "T3JkZXI6MQ==") {{ data {{ {line_items("(first: 10)")} }} }} }}', 11),
        ("{ me { data { email } } }", 1),
        (f"query Q($n: Int = 4) {{ {orders('(first: $n)')} }}", 5),
        (f"query Q($on: Boolean = false) {{ {orders('(first: 3)')} me @include(if: $on) {{ complexity }} }}", 4),
        (f"query Q($off: Boolean = true) {{ {orders('(first: 3)')} me @skip(if: $off) {{ complexity }} }}", 4),
        (FRAGMENTS, 7),
        ("{ orders { data(first: 3) { edges { cursor } } data(first: 3) { pageInfo { endCursor } } } }", 4),
    ],
)
def test_estimates(api: Api, query: str, estimate: int) -> None:
    assert throttling(api.send(query))["estimated_complexity"] == estimate


def test_variables_decide_the_estimate(api: Api) -> None:
    query = f"query Q($n: Int) {{ orders {{ data(first: $n) {HEADS} }} }}"
    assert throttling(api.send(query, n=20))["estimated_complexity"] == 21


def test_the_charge_is_for_what_came_back_per_alias(api: Api) -> None:
    api.create("A", "B")
    api.account.clock.sleep(10)
    one = orders("(first: 50)", line_items("(first: 20)"), "one: ")
    answer = api.send(f'{{ {one} none: orders(sku: "X") {{ data(first: 50) {HEADS} }} }}')
    assert throttling(answer) == {
        "estimated_complexity": 1 + 50 * 21 + 51,
        "cost": 5,
        "cost_detail": {
            "one": {"items_count": 3, "cost": 1, "total_cost": 4, "fields": {}},
            "none": {"items_count": 0, "cost": 1, "total_cost": 1, "fields": {}},
        },
        "user_quota": {"credits_remaining": 3999, "max_available": 4004, "increment_rate": 60},
    }


@pytest.mark.parametrize(("bucket", "rate"), BUCKETS.items())
def test_more_than_the_bucket_holds_is_never_possible(clock: FakeClock, bucket: int, rate: int) -> None:
    api = Api(Account(clock, options=Options(bucket=bucket, credits_per_second=rate)))
    answer = api.send(f"{{ orders {{ data {{ edges {{ node {{ line_items {HEADS} }} }} }} }} }}")
    (error,) = answer["errors"]
    assert (error["code"], error["required_credits"], error["remaining_credits"]) == (30, 10101, bucket)
    assert (error["operation"], error["time_remaining"]) == ("orders", "0")
    assert f"The max allowed for your account is {bucket} credits" in error["message"]
    assert answer["data"] == {"orders": None}
    assert throttling(answer)["user_quota"] == {
        "credits_remaining": bucket - 1,
        "max_available": bucket,
        "increment_rate": rate,
    }
    logged = api.account.records.log[-1]
    assert (logged.estimated, logged.charged, logged.errors) == (10101, 1, 1)


def test_not_enough_for_now_says_how_long_in_words(api: Api, clock: FakeClock) -> None:
    query = f"{{ orders {{ data(first: 50) {{ edges {{ node {{ line_items(first: 25) {HEADS} }} }} }} }} }}"
    api.warehouse.drain(4004 - 263)
    (error,) = api.send(query)["errors"]
    assert error["message"] == (
        "There are not enough credits to perform the requested operation, which requires 1301 credits, "
        "but there are only 263 left. In 18 seconds you will have enough credits to perform the operation"
    )
    assert (error["required_credits"], error["remaining_credits"], error["time_remaining"]) == (1301, 263, "18 seconds")
    clock.advance(timedelta(seconds=18))
    assert "errors" not in api.send(query)


def test_a_long_wait_is_spelled_in_minutes(clock: FakeClock) -> None:
    api = Api(Account(clock, options=Options(bucket=1001, credits_per_second=0.25)))
    api.warehouse.drain(1001)
    (error,) = api.send(f"{{ orders {{ data {HEADS} }} }}")["errors"]
    assert error["time_remaining"] == "7 minutes"


def test_a_refused_mutation_changes_nothing(api: Api) -> None:
    created = api.create()
    api.warehouse.drain(4004)
    answer = api.mutate("order_cancel", {"order_id": created["id"], "void_on_platform": False})
    assert answer["errors"][0]["code"] == 30
    api.account.clock.sleep(60)
    assert api.order(created["id"])["fulfillment_status"] == "pending"


def test_an_operation_that_fits_exactly_runs(api: Api) -> None:
    api.warehouse.drain(4004 - 6)
    answer = api.send(f"{{ orders {{ data(first: 5) {HEADS} }} }}")
    assert "errors" not in answer
    assert api.account.records.log[-1].errors == 0
    assert throttling(answer)["user_quota"]["credits_remaining"] == 5


def test_the_bucket_fills_at_its_rate_and_no_further(api: Api, clock: FakeClock) -> None:
    api.warehouse.drain(1000)
    clock.advance(timedelta(seconds=5))
    assert api.send("{ user_quota { credits_remaining max_available increment_rate } }")["data"]["user_quota"] == {
        "credits_remaining": 3304,
        "max_available": 4004,
        "increment_rate": 60,
    }
    clock.advance(timedelta(minutes=5))
    assert api.account.quota.remaining == 4004


def test_analyze_does_not_run(api: Api) -> None:
    answer = api.send(f"{{ orders(analyze: true) {{ complexity data(first: 5) {HEADS} }} }}")
    assert answer["data"] == {"orders": {"complexity": 6, "data": None}}


def test_a_negative_page_is_refused_and_lifts_the_bucket(api: Api) -> None:
    answer = api.send(
        f"{{ orders {{ complexity data(first: -40) {{ edges {{ node {{ line_items(first: 40) {HEADS} }} }} }} }} }}"
    )
    assert answer["errors"][0]["message"] == "first and last can't be negative values"
    assert answer["data"]["orders"] == {"complexity": -1639, "data": None}
    assert api.account.quota.remaining == 5643
    too_large = api.send(f"{{ orders {{ data {{ edges {{ node {{ line_items(first: 45) {HEADS} }} }} }} }} }}")
    assert too_large["errors"][0]["code"] == 30, "above the maximum is refused however full the bucket is"


def test_connections_have_at_most_100_rows(api: Api) -> None:
    (error,) = api.send(f"{{ orders {{ data(first: 101) {HEADS} }} }}")["errors"]
    assert (error["code"], error["message"]) == (3, "cannot request more than 100 items per connection field")
    assert "errors" not in api.send(f"{{ orders {{ data(first: 100) {HEADS} }} }}")
    api.create()
    api.account.clock.sleep(10)
    answer = api.send(f"{{ orders {{ data(first: 1) {{ edges {{ node {{ line_items(first: 101) {HEADS} }} }} }} }} }}")
    assert (answer["errors"][0]["code"], answer["errors"][0]["field"]) == (3, "line_items")


def test_what_does_not_fit_the_schema_has_locations_and_no_code(api: Api) -> None:
    answer = api.send("{ orders(first: 5) { data { edges { node { id } } } } }")
    (error,) = answer["errors"]
    assert error["locations"] == [{"line": 1, "column": 10}]
    assert "code" not in error
    assert "data" not in answer
    cost = throttling(answer)
    assert (cost["estimated_complexity"], cost["cost"]) == (0, 1)
    assert cost["user_quota"]["credits_remaining"] == api.account.quota.remaining == 4003
    logged = api.account.records.log[-1]
    assert (logged.estimated, logged.charged, logged.errors, logged.kind) == (0, 1, 1, "other")


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("order_update", {"order_id": "T3JkZXI6MQ==", "line_items": []}),
        ("order_update", {"order_id": "T3JkZXI6MQ==", "email": "customer@example.com"}),
        ("order_remove_line_items", {"order_id": "T3JkZXI6MQ==", "line_items": [{"id": "x"}]}),
        (
            "order_add_line_items",
            {"order_id": "T3JkZXI6MQ==", "line_items": [{"sku": "A", "quantity": 1, "price": "1"}]},
        ),
        (
            "order_add_line_items",
            {
                "order_id": "T3JkZXI6MQ==",
                "line_items": [{"sku": "A", "partner_line_item_id": "1", "quantity": 1, "price": 9.5}],
            },
        ),
    ],
)
def test_inputs_of_a_toy_client_are_refused_by_the_schema(api: Api, name: str, data: dict[str, Any]) -> None:
    answer = api.mutate(name, data)
    assert "code" not in answer["errors"][0]
    assert answer.get("data") is None


def test_introspection_is_free(api: Api) -> None:
    assert throttling(api.send("{ __schema { queryType { name } } }"))["estimated_complexity"] == 0
