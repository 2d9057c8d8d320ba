"""The plan as Markdown: for a ticket or a chat, so personal parts are left out unless asked for."""

from collections.abc import Mapping

from shipsync.model.plan import Document

from .values import moves


def markdown(document: Document, labels: Mapping[str, str], *, personal: bool = False) -> str:
    """One table per document."""
    lines = [
        f"## {document.store}",
        "",
        "| order | change | before → after | decision | reason |",
        "|---|---|---|---|---|",
    ]
    for change in document.changes:
        what = "<br>".join(
            f"{name} {before} → {after}".strip() for name, before, after in moves(change, labels, personal=personal)
        )
        cells = (change.order, change.kind.replace("_", " "), what, str(change.status), change.reason)
        lines.append("| " + " | ".join(_cell(cell) for cell in cells) + " |")
    if not document.changes:
        lines.append("| – | nothing to do | | | |")
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
