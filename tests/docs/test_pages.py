"""Every link leads somewhere, and every decision is listed."""

import re
from pathlib import Path

import pytest

from tests.docs.pages import DOCS, ROOT, page, table

PAGES = sorted(path for folder in ("", "docs", "docs/decisions", "cron") for path in (ROOT / folder).glob("*.md"))
DECISIONS = sorted((DOCS / "decisions").glob("[0-9]*.md"))
SECTIONS = ["Context", "Decision", "Why", "Consequences"]


def anchors(text: str) -> set[str]:
    """The anchors that a page's headings get where it is shown."""
    headings = re.findall(r"^#+ (.*)$", re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def broken(path: Path) -> list[str]:
    """The links of a page that lead to no file of the repository, or to no heading in it."""
    found = []
    for link in re.findall(r"\]\(([^)\s]+)\)", path.read_text()):
        name, _, anchor = link.partition("#")
        target = path.parent / name if name else path
        if "://" not in link and (not target.is_file() or (anchor and anchor not in anchors(target.read_text()))):
            found.append(link)
    return found


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(path: Path) -> None:
    assert broken(path) == []


def test_a_link_into_nothing_is_found(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(
        "# A page\n[one](b.md) [two](#a-page) [three](#nowhere) [four](https://example.com)\n"
    )
    assert broken(tmp_path / "a.md") == ["b.md", "#nowhere"]


def test_every_decision_is_listed_by_its_title_and_number() -> None:
    listed = table(page("docs/decisions/README.md"), "", "decision")
    titles = [path.read_text().splitlines()[0].removeprefix("# ").split(" ", 1) for path in DECISIONS]
    there = [[number, f"[{title}]({path.name})"] for (number, title), path in zip(titles, DECISIONS, strict=True)]
    assert [path.name[:4] for path in DECISIONS] == [f"{number:04}" for number in range(1, len(DECISIONS) + 1)]
    assert listed == there


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.name[:4])
def test_a_decision_says_why_and_fits_a_page(path: Path) -> None:
    text = path.read_text()
    assert re.findall(r"^## (.*)$", text, re.MULTILINE) == SECTIONS
    assert len(text.splitlines()) <= 40


def test_what_the_code_says_of_documents_is_there() -> None:
    """`docs/decisions/0003` in a comment is the page of that number."""
    sources = [*(ROOT / "shipsync").rglob("*.py"), *(ROOT / "shipsync").rglob("*.graphql"), ROOT / "CONTRIBUTING.md"]
    named = {name for path in sources for name in re.findall(r"(?<![\w/.])docs/[\w./-]*\w", path.read_text())}
    assert {"docs/lifecycle.md", "docs/decisions/0003"} <= named
    assert [name for name in named if not (ROOT / name).exists() and not list(ROOT.glob(f"{name}*"))] == []
