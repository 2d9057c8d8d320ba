"""Who gets in and what they see: tokens, versions, statuses, scopes, sixty days, protected data."""

import json
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest

from shipsync.sandbox.shopify.shop import SCOPES
from shipsync.sandbox.wire import Response
from tests.sandbox.shopify_api import Tenant

SHOP = json.dumps({"query": "{ shop { name } }"}).encode()
FORM = {"content-type": "application/x-www-form-urlencoded"}


def grant(tenant: Tenant, form: dict[str, str] | None = None, headers: dict[str, str] | None = None) -> Response:
    whole = {"grant_type": "client_credentials", "client_id": "sandbox-client", "client_secret": "sandbox-secret"}
    body = urlencode(whole | (form or {})).encode()
    return tenant.post(body, path="/admin/oauth/access_token", token=None, headers=headers or FORM)


def status(tenant: Tenant, token: str | None) -> int:
    return tenant.post(SHOP, token=token).status


def test_client_credentials_live_a_day() -> None:
    tenant = Tenant()
    found = json.loads(grant(tenant).body)
    assert found["expires_in"] == 86399
    assert set(found["scope"].split(",")) == set(SCOPES)
    assert status(tenant, found["access_token"]) == 200
    tenant.wait(86398)
    assert status(tenant, found["access_token"]) == 200
    tenant.wait(1)
    assert status(tenant, found["access_token"]) == 401


def test_asking_again_gives_another_token_and_leaves_the_first() -> None:
    tenant = Tenant()
    first, second = (json.loads(grant(tenant).body)["access_token"] for _ in range(2))
    assert first != second
    assert status(tenant, first) == status(tenant, second) == 200


def test_revoked_tokens_are_refused_until_a_new_one_is_asked_for() -> None:
    tenant = Tenant()
    token = json.loads(grant(tenant).body)["access_token"]
    tenant.server.revoke_tokens()
    assert status(tenant, token) == status(tenant, "shpat_sandbox") == 401
    assert status(tenant, json.loads(grant(tenant).body)["access_token"]) == 200


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"client_id": "other"}, "application_cannot_be_found"),
        ({"client_secret": "wrong"}, "invalid_client"),
    ],
)
def test_refused_grants_have_the_oauth_shape(form: dict[str, str], error: str) -> None:
    response = grant(Tenant(), form)
    assert response.status in (400, 401)
    assert json.loads(response.body)["error"] == error
    assert "error_description" in json.loads(response.body)


def test_a_grant_must_be_form_encoded() -> None:
    assert grant(Tenant(), headers={"content-type": "application/json"}).status == 400


def test_an_app_that_may_not_is_told_so() -> None:
    response = grant(Tenant(oauth_refusal="shop_not_permitted"))
    assert (response.status, json.loads(response.body)["error"]) == (400, "shop_not_permitted")


def test_no_token_and_a_bearer_token_alone_are_refused_with_a_string() -> None:
    tenant = Tenant()
    for headers in ({}, {"authorization": "Bearer shpat_sandbox"}):
        response = tenant.post(SHOP, token=None, headers=headers)
        assert response.status == 401
        assert json.loads(response.body) == {
            "errors": "[API] Invalid API key or access token (unrecognized login or wrong password)"
        }


@pytest.mark.parametrize(
    ("asked", "answers"),
    [
        ("2026-10", "2026-10"),
        ("2026-04", "2026-04"),
        ("2025-01", "2026-01"),
        ("2027-01", "2027-01"),
        ("unstable", "unstable"),
        ("2027-04", None),
        ("2026-02", None),
        ("latest", None),
    ],
)
def test_versions_fall_forward_or_are_not_found(asked: str, answers: str | None) -> None:
    response = Tenant().post(SHOP, path=f"/admin/api/{asked}/graphql.json")
    assert response.headers.get("X-Shopify-API-Version") == answers
    assert response.status == (200 if answers else 404)


def test_a_version_lapses() -> None:
    tenant = Tenant(api_versions=("2027-01", "2027-04"), release_candidate="2027-07")
    assert tenant.post(SHOP).headers["X-Shopify-API-Version"] == "2027-01"
    versions = tenant.data("{ publicApiVersions { handle supported } }")["publicApiVersions"]
    supported = {one["handle"]: one["supported"] for one in versions}
    assert supported == {"2027-01": True, "2027-04": True, "2027-07": False, "unstable": False}


def test_every_answer_tells_the_time_and_its_own_id() -> None:
    tenant = Tenant()
    first, second = tenant.post(SHOP), tenant.post(SHOP, token="wrong")
    assert first.headers["Date"] == second.headers["Date"] == "Sat, 21 Nov 2026 09:00:00 GMT"
    assert first.headers["X-Request-Id"] != second.headers["X-Request-Id"]


@pytest.mark.parametrize("code", [400, 401, 402, 403, 404, 406, 423, 429, 430])
def test_refusals_have_a_string_of_errors(code: int) -> None:
    tenant = Tenant()
    tenant.server.refuse(code)
    response = tenant.post(SHOP)
    assert response.status == code
    assert isinstance(json.loads(response.body)["errors"], str)
    assert tenant.post(SHOP).status == 200


def test_measured_429_waits_a_decimal_number_of_seconds() -> None:
    tenant = Tenant()
    tenant.server.refuse(429)
    assert tenant.post(SHOP).headers["retry-after"] == "4.0"


def test_server_errors_are_pages_of_html() -> None:
    tenant = Tenant()
    tenant.server.refuse(502, times=2)
    assert [tenant.post(SHOP).status for _ in range(3)] == [502, 502, 200]


def test_an_internal_error_comes_with_200() -> None:
    tenant = Tenant()
    tenant.server.refuse("INTERNAL_SERVER_ERROR")
    response = tenant.post(SHOP)
    body = json.loads(response.body)
    assert (response.status, body["data"]) == (200, None)
    assert body["errors"][0]["extensions"]["code"] == "INTERNAL_SERVER_ERROR"
    assert body["errors"][0]["extensions"]["requestId"] in body["errors"][0]["message"]


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"query": 1}'])
def test_what_is_no_request_is_400(body: bytes) -> None:
    assert Tenant().post(body).status == 400
    assert Tenant().post(SHOP, headers={"content-type": "text/plain"}).status == 400


@pytest.mark.parametrize(
    ("query", "message", "extensions"),
    [
        (
            'mutation { tagsAdd(id: "x", tags: []) { userErrors { code } } }',
            "Field 'code' doesn't exist on type 'UserError'",
            {"code": "undefinedField", "typeName": "UserError", "fieldName": "code"},
        ),
        (
            "{ orders(first: 1, status: OPEN) { nodes { id } } }",
            "Field 'orders' doesn't accept argument 'status'",
            {"code": "argumentNotAccepted", "name": "orders", "typeName": "Field", "argumentName": "status"},
        ),
        (
            "{ order { id } }",
            "Field 'order' is missing required arguments: id",
            {"code": "missingRequiredArguments", "className": "Field", "name": "order", "arguments": "id"},
        ),
    ],
)
def test_invalid_documents_have_no_data(query: str, message: str, extensions: dict[str, str]) -> None:
    body = Tenant().ask(query)
    assert "data" not in body
    assert "extensions" not in body
    assert body["errors"][0]["message"] == message
    assert body["errors"][0]["extensions"] == extensions


@pytest.mark.parametrize(
    ("query", "variables", "code"),
    [
        ("{ shop { id }", {}, "PARSE_ERROR"),
        ("{ shop }", {}, "selectionMismatch"),
        ("query($id: ID!) { order(id: $id) { id } }", {}, "INVALID_VARIABLE"),
        ("query($n: Int) { orders(first: $n) { nodes { id } } }", {"n": "ten"}, "INVALID_VARIABLE"),
        ("query($n: Int) { shop { id } }", {}, "variableNotUsed"),
        ("query($q: Int) { orders(first: 1, query: $q) { nodes { id } } }", {"q": 1}, "variableMismatch"),
        ("{ order(id: $id) { id } }", {}, "variableNotDefined"),
    ],
)
def test_codes_of_invalid_requests(query: str, variables: dict[str, Any], code: str) -> None:
    body = Tenant().ask(query, **variables)
    assert body["errors"][0]["extensions"]["code"] == code
    assert "data" not in body


def without(*scopes: str) -> tuple[str, ...]:
    return tuple(scope for scope in SCOPES if scope not in scopes)


def test_a_scope_missing_for_a_nullable_field_is_a_null_beside_the_data() -> None:
    tenant = Tenant(scopes=without("read_customers"))
    order = tenant.order()
    body = tenant.ask("query($id: ID!) { order(id: $id) { name customer { id } } }", id=order.gid)
    assert body["data"] == {"order": {"name": order.name, "customer": None}}
    error = body["errors"][0]
    required = "`read_customers` access scope."
    assert error["message"] == f"Access denied for customer field. Required access: {required}"
    assert error["extensions"] == {
        "code": "ACCESS_DENIED",
        "documentation": "https://shopify.dev/api/usage/access-scopes",
        "requiredAccess": required,
    }
    assert error["path"] == ["order", "customer"]


def test_a_scope_missing_for_a_non_null_field_takes_the_data_with_it() -> None:
    body = Tenant(scopes=("read_products",)).ask("{ orders(first: 1) { nodes { id } } shop { id } }")
    assert body["data"] is None
    assert body["errors"][0]["extensions"]["code"] == "ACCESS_DENIED"


def test_recorded_denial_of_held_by_app() -> None:
    tenant = Tenant()
    order = tenant.order()
    tenant.merchant.hold(order)
    held = "fulfillmentOrders(first: 1) { nodes { fulfillmentHolds { heldByApp { id } } } }"
    body = tenant.ask(f"query($id: ID!) {{ order(id: $id) {{ {held} }} }}", id=order.gid)
    assert (
        body["errors"][0]["message"] == "Access denied for heldByApp field. Required access: `read_apps` access scope."
    )
    assert body["errors"][0]["path"] == ["order", "fulfillmentOrders", "nodes", 0, "fulfillmentHolds", 0, "heldByApp"]


def test_fulfillment_orders_out_of_scope_are_silently_missing() -> None:
    tenant = Tenant(
        scopes=without("read_merchant_managed_fulfillment_orders", "write_merchant_managed_fulfillment_orders")
    )
    order = tenant.order()
    assert tenant.parcels(order, "id") == []
    tenant.merchant.grant_scope("read_merchant_managed_fulfillment_orders")
    assert len(tenant.parcels(order, "id")) == 1


def test_each_kind_of_location_has_a_scope_of_its_own() -> None:
    tenant = Tenant(scopes=(*SCOPES, "read_assigned_fulfillment_orders"))
    tenant.shop.add_location("Ours", service=tenant.shop.app)
    tenant.shop.add_location("Theirs", service=tenant.merchant.app("Other 3PL"))
    order = tenant.order()
    for place in ("Ours", "Theirs"):
        tenant.merchant.move(order, place)
        assert len(tenant.parcels(order, "id")) == (1 if place == "Ours" else 0)


def test_a_write_scope_reads_as_well() -> None:
    tenant = Tenant(scopes=("write_orders",))
    order = tenant.order()
    assert tenant.search("") == [order.name]


def test_a_mutation_without_its_scope_is_denied_and_does_nothing() -> None:
    tenant = Tenant(scopes=("read_orders",))
    order = tenant.order()
    query = 'mutation($id: ID!) { tagsAdd(id: $id, tags: ["x"]) { userErrors { message } } }'
    body = tenant.ask(query, id=order.gid)
    assert body["data"] == {"tagsAdd": None}
    assert body["errors"][0]["extensions"]["code"] == "ACCESS_DENIED"
    assert order.tags == []


def test_the_app_learns_its_scopes_in_both_ways() -> None:
    tenant = Tenant(scopes=("read_orders", "read_locations"))
    found = tenant.data("{ currentAppInstallation { accessScopes { handle } app { title } } }")
    handles = [scope["handle"] for scope in found["currentAppInstallation"]["accessScopes"]]
    body = tenant.post(b"", path="/admin/oauth/access_scopes.json", method="GET").body
    assert handles == [one["handle"] for one in json.loads(body)["access_scopes"]] == ["read_locations", "read_orders"]


def test_orders_older_than_sixty_days_are_silently_missing() -> None:
    tenant = Tenant(scopes=without("read_all_orders"))
    old = tenant.order(created_at=tenant.clock.now() - timedelta(days=61))
    new = tenant.order(created_at=tenant.clock.now() - timedelta(days=59))
    assert tenant.search("") == [new.name]
    assert tenant.data("{ ordersCount { count } }") == {"ordersCount": {"count": 1}}
    query = "query($ids: [ID!]!) { nodes(ids: $ids) { id } fulfillmentOrders(first: 9) { nodes { orderName } } }"
    found = tenant.data(query, ids=[old.gid, new.gid, old.fulfillment_orders[0].gid])
    assert found["nodes"] == [None, {"id": new.gid}, None]
    assert found["fulfillmentOrders"]["nodes"] == [{"orderName": new.name}]
    tenant.merchant.grant_scope("read_all_orders")
    assert sorted(tenant.search("")) == [old.name, new.name]


NAMED = "email phone shippingAddress { name firstName address1 zip phone city provinceCode countryCodeV2 company }"


def test_a_plan_without_protected_data_nulls_names_and_streets_only() -> None:
    tenant = Tenant(protected_data="nulls")
    order = tenant.order()
    found = tenant.read(order, NAMED)
    address = found["shippingAddress"]
    assert [found["email"], *(address[key] for key in ("name", "firstName", "address1", "zip", "phone"))] == [None] * 6
    assert (address["city"], address["provinceCode"], address["countryCodeV2"]) == ("Austin", "TX", "US")
    destination = tenant.parcels(order, "destination { firstName city province countryCode }")[0]["destination"]
    assert destination == {"firstName": None, "city": None, "province": "Texas", "countryCode": "US"}


def test_an_app_that_is_not_approved_sees_no_order_at_all() -> None:
    tenant = Tenant(protected_data="denied")
    order = tenant.order()
    for query in ("{ orders(first: 1) { nodes { id } } }", f'{{ order(id: "{order.gid}") {{ id }} }}'):
        body = tenant.ask(query)
        assert body["errors"][0]["message"].startswith("This app is not approved to access the Order object.")
        assert body["errors"][0]["extensions"]["code"] == "ACCESS_DENIED"


def test_ids_that_cannot_exist_and_ids_that_find_nothing() -> None:
    tenant = Tenant()
    for wrong in ("1001", "gid://shopify/Order/0", "gid://shopify/Order/x"):
        body = tenant.ask("query($id: ID!) { order(id: $id) { id } }", id=wrong)
        assert (body["data"], body["errors"][0]["message"]) == ({"order": None}, "invalid id")
        assert body["errors"][0]["extensions"] == {"code": "RESOURCE_NOT_FOUND"}
    assert tenant.data('{ order(id: "gid://shopify/Order/9") { id } }') == {"order": None}


def test_an_app_without_a_service_has_no_assigned_orders_and_the_error_no_code() -> None:
    tenant = Tenant(scopes=(*SCOPES, "read_assigned_fulfillment_orders"))
    body = tenant.ask("{ assignedFulfillmentOrders(first: 5) { nodes { id } } }")
    assert body["data"] is None
    assert body["errors"][0]["message"] == '["The api_client is not associated with any fulfillment service."]'
    assert "extensions" not in body["errors"][0]


def test_the_request_log_knows_every_request() -> None:
    tenant = Tenant()
    tenant.ask("query Named { shop { id } }")
    tenant.ask('mutation Tag { tagsAdd(id: "gid://shopify/Order/9", tags: []) { userErrors { message } } }')
    tenant.ask("{ nonsense }")
    grant(tenant)
    tenant.post(SHOP, token="wrong")
    seen = [(one.operation, one.kind, one.status, one.requested, one.actual, one.code) for one in tenant.shop.requests]
    assert seen == [
        ("Named", "query", 200, 1, 1, None),
        ("Tag", "mutation", 200, 10, 10, None),
        (None, "refused", 200, None, None, "undefinedField"),
        (None, "oauth", 200, None, None, None),
        (None, "refused", 401, None, None, None),
    ]
