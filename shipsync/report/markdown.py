"""The plan as Markdown: for a ticket or a chat, so personal parts are left out unless asked for."""

import re
from collections.abc import Mapping

from shipsync.model.plan import Document

from .values import moves, plain

_SPECIAL = re.compile(r"[\\|`*\[\]!]")


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
            f"{_text(name)} {_text(before)} → {_text(after)}".strip()
            for name, before, after in moves(change, labels, personal=personal)
        )
        cells = (_text(change.order), change.kind.replace("_", " "), what, str(change.status), _text(change.reason))
        lines.append("| " + " | ".join(cells) + " |")
    if not document.changes:
        lines.append("| – | nothing to do | | | |")
    return "\n".join(lines) + "\n"


def _text(text: str) -> str:
    """What a customer typed stays text: no cell, link, picture or HTML of its own."""
    return _SPECIAL.sub(r"\\\g<0>", plain(text)).replace("<", "&lt;").replace(">", "&gt;")
