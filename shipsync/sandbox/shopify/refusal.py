"""What an operation answers when it will not do what it was asked: a userError, not an error."""


class Refused(Exception):
    """`field` is the path to the input, `code` the userError's code where its type has one."""

    def __init__(self, message: str, field: list[str] | None = None, code: str | None = None) -> None:
        super().__init__(message)
        self.message, self.field, self.code = message, field, code
