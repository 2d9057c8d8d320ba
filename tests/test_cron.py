"""What is installed as it stands must stand: the crontab line, the service, the timer."""

import configparser
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from shipsync import errors

CRON = Path(__file__).parents[1] / "cron"
BINARY = "/opt/shipsync/bin/shipsync"
FOLDER = "/var/lib/shipsync"


def unit(name: str) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(interpolation=None, comment_prefixes="#")
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string((CRON / name).read_text())
    return parser


def crontab() -> tuple[dict[str, str], list[str]]:
    lines = [line for line in (CRON / "shipsync.crontab").read_text().splitlines() if line and not line.startswith("#")]
    variables = dict(line.split("=", 1) for line in lines if re.match(r"[A-Z]+=", line))
    return variables, [line for line in lines if not re.match(r"[A-Z]+=", line)]


def test_the_crontab_has_one_line_that_runs_every_five_minutes() -> None:
    variables, (line,) = crontab()
    *when, command = line.split(None, 5)
    assert when == ["*/5", "*", "*", "*", "*"]
    assert command == f"cd {FOLDER} && shipsync run --quiet"
    assert "%" not in command  # cron reads it as a new line
    assert variables["PATH"].split(":")[0] == str(Path(BINARY).parent)


def test_the_crontab_s_command_runs_in_a_bare_shell(tmp_path: Path) -> None:
    """As cron does it: /bin/sh, no environment but PATH; the command is a double that says what it was given."""
    variables, (line,) = crontab()
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "shipsync").write_text('#!/bin/sh\necho "$PWD $*"\n')
    (tmp_path / "bin" / "shipsync").chmod(0o755)
    command = line.split(None, 5)[5].replace(FOLDER, shlex.quote(str(tmp_path)))
    path = variables["PATH"].replace(str(Path(BINARY).parent), str(tmp_path / "bin"))
    done = subprocess.run(["/bin/sh", "-c", command], env={"PATH": path}, capture_output=True, text=True, check=True)
    assert done.stdout == f"{tmp_path} run --quiet\n"


def test_the_service_runs_once_as_a_user_without_rights() -> None:
    service = unit("shipsync.service")["Service"]
    assert (service["Type"], service["User"]) == ("oneshot", "shipsync")
    assert service["ExecStart"] == f"{BINARY} run --quiet"
    assert service["SuccessExitStatus"] == str(errors.TRY_LATER)
    assert service["EnvironmentFile"].startswith("-/")
    assert (service["StateDirectory"], service["WorkingDirectory"]) == ("shipsync", "%S/shipsync")
    assert (service["NoNewPrivileges"], service["ProtectSystem"], service["UMask"]) == ("yes", "strict", "0077")
    assert service["CapabilityBoundingSet"] == ""


def test_the_timer_starts_the_service_of_its_name() -> None:
    timer = unit("shipsync.timer")
    assert timer["Timer"]["OnCalendar"] == "*:0/5"
    assert "Unit" not in timer["Timer"]
    assert timer["Install"]["WantedBy"] == "timers.target"


def test_systemd_takes_both(tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("systemd-analyze is not here")
    for name in ("shipsync.service", "shipsync.timer"):
        # Verification wants the program to be there.
        (tmp_path / name).write_text((CRON / name).read_text().replace(BINARY, "/bin/true"))
    done = subprocess.run(
        [analyze, "verify", "--man=no", str(tmp_path / "shipsync.timer"), str(tmp_path / "shipsync.service")],
        capture_output=True,
        text=True,
        check=False,
    )
    complaints = [line for line in done.stderr.splitlines() if "shipsync" in line]
    assert (done.returncode, complaints) == (0, [])
