"""The search grammar: a query text becomes terms joined by AND, OR and NOT.

    updated_at:>='2026-11-21T09:00:00Z' (status:open OR status:cancelled) -tag:'vip'

A colon inside an unquoted value ends the term and begins another one: of `updated_at:>=2026-11-21T09:00:00Z`
the second term is the field `00` with the value `00Z`. Measured: so an unquoted time leaves a junk term, and
the call succeeds.
"""

from dataclasses import dataclass

_OPERATORS = (">=", "<=", ">", "<")
_ENDS = " \t\n\r()"


@dataclass(frozen=True, slots=True)
class Term:
    """`field` is None for plain words; `op` is one of >=, <=, >, < or empty."""

    field: str | None
    op: str
    value: str
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Not:
    of: "Expression"


@dataclass(frozen=True, slots=True)
class Group:
    """Parts joined by `and` or `or`."""

    joined: str
    parts: tuple["Expression", ...]


Expression = Term | Not | Group


def parse(text: str) -> Expression:
    """Never fails: what can't be understood is a word to look for."""
    return _Parser(_Scanner(text).tokens()).alternatives()


def terms(expression: Expression) -> list[Term]:
    """Every term, in the order in which they stand."""
    if isinstance(expression, Term):
        return [expression]
    if isinstance(expression, Not):
        return terms(expression.of)
    return [term for part in expression.parts for term in terms(part)]


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0

    def tokens(self) -> list[Term | str]:
        """Terms, and the words AND, OR, NOT and parentheses as text."""
        found: list[Term | str] = []
        while self._skip_space():
            char = self.text[self.at]
            if char in "()":
                found.append(char)
                self.at += 1
            elif char == "-" and self._more_after():
                found.append("NOT")
                self.at += 1
            else:
                term = self._term()
                joins = term.field is None and not term.quoted and term.value in ("AND", "OR", "NOT")
                found.append(term.value if joins else term)
        return found

    def _skip_space(self) -> bool:
        while self.at < len(self.text) and self.text[self.at].isspace():
            self.at += 1
        return self.at < len(self.text)

    def _more_after(self) -> bool:
        return self.at + 1 < len(self.text) and self.text[self.at + 1] not in _ENDS

    def _term(self) -> Term:
        word, quoted = self._piece()
        if not self._take(":"):
            return Term(None, "", word, quoted)
        op = next((sign for sign in _OPERATORS if self._take(sign)), "")
        value, quoted = self._piece()
        self._take(":")  # a second colon: what follows is a term of its own
        return Term(word, op, value, quoted)

    def _take(self, sign: str) -> bool:
        if self.text.startswith(sign, self.at):
            self.at += len(sign)
            return True
        return False

    def _piece(self) -> tuple[str, bool]:
        quote = self.text[self.at] if self.at < len(self.text) and self.text[self.at] in "'\"" else ""
        self.at += len(quote)
        letters = []
        while self.at < len(self.text):
            char = self.text[self.at]
            if (quote and char == quote) or (not quote and (char == ":" or char in _ENDS)):
                break
            if char == "\\" and self.at + 1 < len(self.text):
                self.at += 1
                char = self.text[self.at]
            letters.append(char)
            self.at += 1
        self.at += len(quote)
        return "".join(letters), bool(quote)


class _Parser:
    def __init__(self, tokens: list[Term | str]) -> None:
        self.tokens = tokens

    def alternatives(self) -> Expression:
        parts = [self._all_of()]
        while self._take("OR"):
            parts.append(self._all_of())
        return parts[0] if len(parts) == 1 else Group("or", tuple(parts))

    def _all_of(self) -> Expression:
        parts: list[Expression] = []
        while self.tokens and self.tokens[0] not in ("OR", ")"):
            if not self._take("AND"):
                parts.append(self._one())
        return parts[0] if len(parts) == 1 else Group("and", tuple(parts))

    def _one(self) -> Expression:
        token = self.tokens.pop(0)
        if token == "NOT" and self.tokens:
            return Not(self._one())
        if token == "(":
            inner = self.alternatives()
            self._take(")")
            return inner
        return token if isinstance(token, Term) else Term(None, "", token)

    def _take(self, word: str) -> bool:
        if self.tokens and self.tokens[0] == word:
            self.tokens.pop(0)
            return True
        return False
