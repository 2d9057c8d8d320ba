"""`config explain`: every setting with its value and where that comes from; no secret."""

from pathlib import Path

from click.testing import CliRunner

from shipsync.cli.main import command
from shipsync.config.explain import explain
from shipsync.config.load import load

TEXT = """\
state: state.db
stores:
  acme:
    shopify: {shop: acme.myshopify.com, access_token: "${TOKEN}"}
    platform: {kind: shiphero, access_token: "${TOKEN}", orders: create}
    payment:
      voided: review
    timing: {settle: 90s}
"""


def test_what_is_in_force_and_why(tmp_path: Path) -> None:
    path = tmp_path / "shipsync.yaml"
    path.write_text(TEXT)
    store = load(path, {"TOKEN": "very-secret"}).stores["acme"]
    found = {row.key: (row.value, row.why) for row in explain(path, store)}
    assert found["payment.voided"] == ("review", "line 7")
    assert found["payment.dispute"] == ("hold", "default")
    assert found["timing.settle"] == ("90s", "line 8")
    assert found["timing.min_age"] == ("3m", "default")
    assert found["fraud.cancel"] == ("hold", "default")
    assert found["holds.other"] == ("hold", "default")
    assert found["partial_hold"] == ("withhold_lines", "default in create")
    assert found["write_back"] == ("on", "auto in create")
    assert found["shopify.access_token"] == ("set", "line 4")
    assert found["platform.refresh_token"] == ("not set", "default")
    assert "very-secret" not in str(found)


def test_the_command_prints_it(tmp_path: Path) -> None:
    path = tmp_path / "shipsync.yaml"
    path.write_text(TEXT)
    ran = CliRunner().invoke(command, ["config", "explain", "-c", str(path)], env={"TOKEN": "very-secret"})
    assert ran.exit_code == 0, ran.output
    lines = [line.split() for line in ran.stdout.splitlines()]
    assert ["payment.voided", "review", "line", "7"] in lines
    assert "very-secret" not in ran.output
