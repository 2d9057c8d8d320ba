"""`config.example.yaml` is what people copy: it loads as it stands, and what it says of defaults is true."""

import re
from pathlib import Path

import msgspec
import pytest

from shipsync.config.load import load
from shipsync.config.settings import (
    Carry,
    Config,
    Customs,
    Guards,
    ItemRule,
    ItemWhen,
    Marks,
    MethodRule,
    Payment,
    Platform,
    PoBoxes,
    Range,
    Section,
    Shopify,
    Store,
    Timing,
    Use,
)

EXAMPLE = Path(__file__).parents[2] / "config.example.yaml"
SECRETS = {
    "SHOPIFY_CLIENT_ID": "id",
    "SHOPIFY_CLIENT_SECRET": "secret",
    "SHIPHERO_REFRESH_TOKEN": "refresh",
    "SHOPIFY_ACCESS_TOKEN": "access",
    "SHIPHERO_ACCESS_TOKEN": "access",
}
# Keys that replace others, or that a default file can't have.
EXCLUSIVE = ("access_token", "create_from", "env_file")


def uncommented() -> str:
    """The example with every commented key switched on, but those that exclude others."""
    lines = []
    for line in EXAMPLE.read_text().splitlines():
        key = re.match(r"( *)# ( *(?:- )?\"?[\w:/]+\"?:.*)", line)
        on = f"{key[1]}{key[2]}" if key else line
        lines.append(line if any(f" {name}:" in f" {on.strip()}" for name in EXCLUSIVE) else on)
    return "\n".join(lines)


def example(tmp_path: Path, text: str) -> Config:
    (tmp_path / "shipsync.yaml").write_text(text)
    return load(tmp_path / "shipsync.yaml", SECRETS)


def test_the_example_loads_as_it_stands(tmp_path: Path) -> None:
    config = example(tmp_path, EXAMPLE.read_text())
    assert config.warnings == ()
    assert list(config.stores) == ["acme"]


def test_what_it_says_of_defaults_is_true(tmp_path: Path) -> None:
    shown = example(tmp_path, uncommented()).stores["acme"]
    assert (shown.timing, shown.payment, shown.guards, shown.po_boxes) == (Timing(), Payment(), Guards(), PoBoxes())
    assert shown.marks == Marks()
    assert (shown.carry.tags, shown.carry.attribute_tags, shown.carry.po_number) == ((), {}, Carry().po_number)
    assert shown.customs.minimum == Customs().minimum
    for section, default in ((shown, Store), (shown.shopify, Shopify), (shown.platform, Platform)):
        for field in msgspec.structs.fields(default):
            # These are shown with a value to be copied: by default the shop itself decides, or there are none.
            if field.default in (None, msgspec.NODEFAULT, ()) or field.name in ("name", "apply", "carry", "customs"):
                continue
            assert getattr(section, field.name) == field.default, field.name


@pytest.mark.parametrize(
    "section",
    [
        Config,
        Store,
        Shopify,
        Platform,
        Timing,
        Payment,
        Guards,
        Marks,
        PoBoxes,
        MethodRule,
        Use,
        Range,
        ItemRule,
        ItemWhen,
        Carry,
        Customs,
    ],
)
def test_every_key_is_in_it(section: type[Section]) -> None:
    text = EXAMPLE.read_text()
    missing = [f for f in section.__struct_fields__ if f not in section.not_keys and not re.search(rf"\b{f}:", text)]
    assert missing == (["min"] if section is Range else [])
