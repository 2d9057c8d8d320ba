"""Canaries: secrets and people planted everywhere, every command run, everything that was written read again."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from shipsync.sandbox.faults import Act, Faulty, html, internal_error, reset, status, string_errors, unauthorised
from shipsync.sandbox.http import serve
from shipsync.sandbox.running import Running, Town, running
from tests.journeys.merchant import ADDRESS

ROOT = Path(__file__).parents[2]
PEOPLE = ("Canary", "Perch", "Birdcage Walk", "canary@example.com", "2175550177")
COMMANDS: list[list[str]] = [
    ["run"],
    ["run", "--dry-run"],
    ["plan"],
    ["plan", "--markdown"],
    ["plan", "-o", "plan.json"],
    ["apply", "plan.json"],
    ["run", "--since", "2 days ago"],
    ["run", "--only", "#1001"],
    ["run", "--quiet"],
    ["audit"],
    ["audit", "--fix"],
    ["doctor"],
    ["review"],
    ["review", "approve", "c-0000000000"],
    ["retry"],
    ["status"],
    ["show", "#1001"],
    ["config", "check"],
    ["cursor", "show"],
    ["run", "--no-such-option"],
]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Running]:
    with running(Town(orders=2)) as town:
        bird = replace(
            ADDRESS, first_name="Canary", last_name="Perch", address1="77 Birdcage Walk", phone="+12175550177"
        )
        town.sandbox.merchant.create_order([("MUG-WHT", 1)], address=bird, email="canary@example.com", name="#1001C")
        town.write(tmp_path)
        yield town


def secrets(opened: Running) -> list[str]:
    keys = opened.sandbox.shop.credentials
    tokens = [keys.client_secret, keys.access_token, opened.sandbox.account.options.refresh_token]
    return [token for token in tokens if token]


def run(folder: Path, arguments: list[str]) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, "-m", "shipsync", *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def written(folder: Path) -> str:
    """Every file but those that may hold a secret, or people."""
    kept = ("shipsync.env", ".tokens", ".db", "plan.json")
    return "".join(
        p.read_text(errors="replace") for p in folder.iterdir() if p.is_file() and not any(k in p.name for k in kept)
    )


def issued(folder: Path) -> list[str]:
    """Access tokens that were issued to us by now."""
    path = folder / "shipsync.db.tokens"
    return [token["value"] for token in json.loads(path.read_text()).values()] if path.exists() else []


def test_no_command_tells_a_secret_and_stderr_tells_of_nobody(opened: Running, tmp_path: Path) -> None:
    said, told = "", ""
    for arguments in COMMANDS:
        if arguments[0] == "plan":
            opened.sandbox.merchant.change_address("#1001C", address2=f"Cage {len(said)}")
        done = run(tmp_path, arguments)
        said += done.stdout + done.stderr
        told += done.stderr
    assert issued(tmp_path), "tokens were issued, so there was something to leak"
    for secret in secrets(opened) + issued(tmp_path):
        assert secret not in said + written(tmp_path)
    assert [person for person in PEOPLE if person in told] == []
    hidden = [a for a in COMMANDS if a[0] in ("run", "plan") and "-o" not in a]
    assert hidden


def test_tables_that_go_to_a_file_tell_of_nobody(opened: Running, tmp_path: Path) -> None:
    run(tmp_path, ["run"])
    opened.sandbox.merchant.change_address("#1001C", address1="78 Birdcage Walk", first_name="Canary Junior")
    said = run(tmp_path, ["plan"]).stdout + run(tmp_path, ["plan", "--markdown"]).stdout + run(tmp_path, ["run"]).stdout
    assert "#1001C" in said
    assert [person for person in PEOPLE if person in said] == []


@pytest.mark.parametrize(
    "fault",
    [
        html(),
        status(500),
        status(502, executed=True),
        reset(),
        reset(executed=True),
        string_errors("[API] Invalid API key or access token", 401),
        string_errors("Canary Perch, 77 Birdcage Walk"),
        unauthorised(),
        internal_error(),
    ],
    ids=["html", "500", "502", "reset", "reset-after", "401", "echo", "unauthorised", "internal"],
)
def test_no_fault_makes_it_tell(opened: Running, tmp_path: Path, fault: Act) -> None:
    run(tmp_path, ["run"])
    opened.sandbox.merchant.change_address("#1001C", address1="78 Birdcage Walk")
    said = ""
    for server, line in ((opened.sandbox.shopify, "shopify"), (opened.sandbox.shiphero, "shiphero")):
        faulty = Faulty(server, opened.sandbox.clock)
        faulty.plan(None, fault, times=3)
        with serve(faulty) as front:
            path = tmp_path / f"{line}.yaml"
            url = opened.shopify.url if line == "shopify" else opened.shiphero.url
            path.write_text((tmp_path / "shipsync.yaml").read_text().replace(url, front.url))
            done = run(tmp_path, ["run", "--deadline", "10s", "-c", path.name])
        said += done.stderr
        assert done.returncode in (0, 5, 7, 75), done.stderr
        assert "Traceback" not in done.stderr
    for secret in secrets(opened) + issued(tmp_path):
        assert secret not in said
    assert [person for person in PEOPLE if person in said] == []
