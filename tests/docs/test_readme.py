"""What the README tells people to type works, and what it says of codes and scopes is so."""

import re
import shlex
from pathlib import Path

from msgspec.structs import replace

from shipsync import errors
from shipsync.config.load import load
from shipsync.sandbox.running import Town, running
from shipsync.shopify.scopes import OR, required_scopes
from tests.builders import ADDRESS, NOW, context, live, order, verdict
from tests.docs.pages import blocks, page, shipsync, table

README = page("README.md")
SECRETS = ("SHOPIFY_CLIENT_ID", "SHOPIFY_CLIENT_SECRET", "SHIPHERO_REFRESH_TOKEN")


def test_the_configuration_loads_in_fifteen_lines(tmp_path: Path) -> None:
    (text,) = blocks(README, "yaml")
    assert len(text.splitlines()) <= 15
    (tmp_path / "shipsync.yaml").write_text(text)
    (tmp_path / "shipsync.env").write_text("".join(f"{name}=secret\n" for name in SECRETS))
    (tmp_path / "shipsync.env").chmod(0o600)
    config = load(tmp_path / "shipsync.yaml", {})
    assert config.warnings == ()
    assert config.stores["acme"].shipping_methods[0].use.method == "fedex_2_day"


def test_the_exit_codes_are_these() -> None:
    assert [int(row[0]) for row in table(README, "exit code")] == sorted({*errors.PRECEDENCE, errors.INTERRUPTED})
    order = ", ".join(str(code) for code in errors.PRECEDENCE)
    assert f"the first of {order} is given" in README


def test_what_dev_py_does_is_named_and_there() -> None:
    for command in re.findall(r"^python3 dev\.py (\w+)", README, re.MULTILINE):
        assert f"  {command} " in page("dev.py")
    assert "python3 dev.py demo" in README
    assert "python3 dev.py test" in README


def test_the_cron_line_is_the_one_that_is_shipped() -> None:
    (line,) = re.findall(r"^\*/5 .*$", README, re.MULTILINE)
    assert line.replace("/opt/shipsync/bin/", "") in page("cron/shipsync.crontab").splitlines()


def test_every_scope_that_a_run_asks_for_is_named() -> None:
    assert [need for need in required_scopes() if not any(f"`{scope}`" in README for scope in need.split(OR))] == []


def test_the_group_of_first_differences_is_named_so() -> None:
    moved = replace(ADDRESS, address1="2 Other Road")
    (change,) = verdict(order(address=moved), live(), at=context(first_run_at=NOW)).changes
    assert f"review approve {change.group}" in README


def test_the_lines_to_play_with_work(tmp_path: Path) -> None:
    (lines,) = (block for block in blocks(README) if block.startswith("cd sandbox"))
    words = [shlex.split(line, comments=True) for line in lines.splitlines()[1:]]
    assert {line[0] for line in words} == {"../.venv/bin/shipsync"}
    with running(Town()) as opened:
        opened.write(tmp_path)
        said = [shipsync(tmp_path, *line[1:]) for line in words]
    assert "nothing to do" in said[0]
    assert "#1003" in said[-1]
