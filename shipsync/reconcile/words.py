"""Text folded until only what a postman reads is left: used to compare, never to write.

Case, accents, punctuation and postal abbreviations fall away; digits, letters and their order stay, so
that two house numbers or two flats never become one.
"""

import re
import unicodedata
from functools import lru_cache

# USPS Publication 28 suffixes, directions and unit words that validation services write back.
ABBREVIATIONS = {
    "alley": "aly", "street": "st", "avenue": "ave", "av": "ave", "aven": "ave", "road": "rd",
    "drive": "dr", "drv": "dr", "lane": "ln", "boulevard": "blvd", "boul": "blvd", "court": "ct", "crt": "ct",
    "courts": "cts", "place": "pl", "platz": "pl", "plaza": "plz", "square": "sq", "terrace": "ter", "terr": "ter",
    "highway": "hwy", "hiway": "hwy", "parkway": "pkwy", "pkway": "pkwy", "circle": "cir", "crescent": "cres",
    "trail": "trl", "way": "wy", "expressway": "expy", "freeway": "fwy", "turnpike": "tpke", "route": "rte",
    "heights": "hts", "hills": "hls", "hill": "hl", "junction": "jct", "landing": "lndg", "manor": "mnr",
    "meadows": "mdws", "mountain": "mtn", "point": "pt", "ridge": "rdg", "river": "riv", "spring": "spg",
    "springs": "spgs", "station": "sta", "valley": "vly", "village": "vlg", "center": "ctr", "centre": "ctr",
    "crossing": "xing", "estate": "est", "estates": "ests", "garden": "gdn", "gardens": "gdns", "grove": "grv",
    "harbor": "hbr", "harbour": "hbr", "island": "is", "lake": "lk", "creek": "crk",
    "bridge": "brg", "county": "co", "department": "dept", "saint": "st", "sainte": "ste", "mount": "mt",
    "fort": "ft", "north": "n", "south": "s", "east": "e", "west": "w", "northeast": "ne", "northwest": "nw",
    "southeast": "se", "southwest": "sw", "strasse": "st", "suite": "ste", "floor": "fl", "building": "bldg",
    "room": "rm", "basement": "bsmt", "penthouse": "ph", "trailer": "trlr", "space": "spc",
    "first": "1st", "second": "2nd", "third": "3rd", "fourth": "4th", "fifth": "5th", "sixth": "6th",
    "seventh": "7th", "eighth": "8th", "ninth": "9th", "tenth": "10th",
}  # fmt: skip
# A flat is called any of these, and a validation service chooses; a suite, floor or building is another thing.
FLAT = frozenset({"apt", "apartment", "appt", "unit", "flat"})
_FLAT = "apt"

_WORDS = re.compile(r"\w+")
_INITIALS = re.compile(r"\b([^\W\d_])\.\s?(?=[^\W\d_]\b)")
_SHARP = re.compile(r"#\s*(?=\w)")
# Says that a number follows, of a house or of a flat, and says it to nobody who sees the number.
_NUMBER_SIGN = re.compile(r"\b(?:no|nr|num|number) (?=\d)")
# The block, number and room of a Japanese address are told by counters or by hyphens.
_COUNTERS = re.compile(r"(?<=\d)(?:丁目|番地の|番地|番|号室|号)")
_GERMAN = re.compile(r"(?<=\w{3})(?:strasse|str)$")


@lru_cache(maxsize=65536)
def words(text: str) -> str:
    """Folded words of a text, one space between them. `P.O. Box` is `po box`, `12½` is `12 1 2`."""
    apart = "".join(f" {c} " if unicodedata.category(c) == "No" else c for c in text)
    plain = unicodedata.normalize("NFKD", apart.replace("'", "").replace("\u2019", "").casefold()).casefold()
    plain = "".join(c for c in plain if not "\u0300" <= c <= "\u036f")
    return " ".join(_WORDS.findall(_INITIALS.sub(r"\1", unicodedata.normalize("NFC", plain))))


@lru_cache(maxsize=65536)
def street(text: str) -> str:
    """Folded words of a street with its postal abbreviations; a flat is `apt`, whatever it was called."""
    spelled = _COUNTERS.sub(" ", _NUMBER_SIGN.sub("", words(_SHARP.sub(f" {_FLAT} ", text))))
    return " ".join(_designated([_short(word) for word in spelled.split()]))


def _short(word: str) -> str:
    if word in FLAT:
        return _FLAT
    return ABBREVIATIONS.get(word, _GERMAN.sub("st", word))


def _designated(found: list[str]) -> list[str]:
    """`Apt # 5` says twice that it is a flat."""
    return [word for i, word in enumerate(found) if word != _FLAT or found[i - 1 : i] != [_FLAT]]
