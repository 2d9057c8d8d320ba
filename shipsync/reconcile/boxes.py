"""Post office boxes, and services that don't deliver to them.

A box is known by what it is called where it stands; an abbreviation that means something else elsewhere
(`BP`, `CP`, `Box 12`) counts only in its own countries and where it is a line by itself. Military mail is
the post's alone, so it counts as a box.
"""

import re
from fnmatch import fnmatchcase

from shipsync.config.settings import PoBoxes
from shipsync.model.order import Address
from shipsync.model.units import PostalAddress, Value

from .places import folded, military
from .words import words

# Wherever it stands in a line, as `words` folds it.
_NAMED = re.compile(
    r"\b(?:p ?o ?(?:box|bx|drawer)|pob(?= ?\d)|post office (?:box|drawer)|postal box|postbox|gpo box|locked bag|"
    r"private (?:mail ?)?bag|general delivery|poste restante|postfach|boite postale|case postale|casella postale|"
    r"caixa postal|apartado (?:postal|de correos)|postbus|postboks|postilokero|skrytka pocztowa|skr poczt|"
    r"postafiok|postovy priecinok|postanski pretinac|postni predal|postholf)\b"
    r"|私書箱|郵政信箱|邮政信箱|사서함|صندوق بريد|абонентский ящик"
)
# A line by itself, by country.
_SHORT = {
    **dict.fromkeys(("US", "CA", "SE", "AU", "NZ"), r"box \d+\w?"),
    **dict.fromkeys(("FR", "BE", "LU", "MC", "MA", "SN", "CI", "CM"), r"bp \d[\d ]*"),
    **dict.fromkeys(("CH", "IT", "SM"), r"cp \d[\d ]*"),
    **dict.fromkeys(("ES", "PT", "AR", "CL", "CO", "CR", "GT", "MX", "PA", "PE", "PR", "VE"), r"(?:apartado|apdo) \d+"),
    **dict.fromkeys(("NO", "DK"), r"boks \d+"),
    **dict.fromkeys(("FI",), r"pl \d+"),
    **dict.fromkeys(("HU",), r"pf \d+"),
    **dict.fromkeys(("DE", "AT"), r"pf \d[\d ]*"),
    **dict.fromkeys(("TR",), r"pk \d+"),
    **dict.fromkeys(("GR", "CY"), r"τθ \d+"),
    **dict.fromkeys(("RU", "BY", "KZ"), "\u0430 \u044f \\d+"),
}
# Here a box is the ordinary address, and carriers deliver by telephone.
ORDINARY = frozenset({"AE", "BH", "KW", "OM", "QA", "SA"})


def is_box(address: Address) -> bool:
    """Whether only the post delivers there."""
    place = folded({part: getattr(address, part) for part in PostalAddress.__struct_fields__})
    if military(place):
        return True
    country = place["country"] or ""
    return country not in ORDINARY and any(
        _is_box(words(line), country) for line in (place["address1"], place["address2"]) if line
    )


def refuses(method: Value, settings: PoBoxes) -> str | None:
    """The carrier of a service that does not deliver to boxes; None where it does, or where none is chosen."""
    if not isinstance(method, dict) or not method.get("carrier"):
        return None
    carrier, service = method["carrier"] or "", method.get("method") or ""
    refused = _matches(settings.refused_by, carrier, service) and not _matches(settings.delivered_by, carrier, service)
    return carrier if refused else None


def _is_box(line: str, country: str) -> bool:
    short = _SHORT.get(country)
    return bool(_NAMED.search(line) or (short and re.fullmatch(short, line)))


def _matches(patterns: tuple[str, ...], *texts: str) -> bool:
    return any(fnmatchcase(text.casefold(), pattern.casefold()) for pattern in patterns for text in texts)
