"""Telephone numbers as carriers take them: E.164, or none."""

import re
from functools import lru_cache

_E164 = re.compile(r"\+[1-9]\d{6,14}")


@lru_cache(maxsize=4096)
def e164(text: str | None, country: str | None) -> str | None:
    """`(217) 555-0100` in the US is `+12175550100`; None for what can be no number there. An extension is dropped."""
    if text is None or _E164.fullmatch(text):
        return text
    import phonenumbers

    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
