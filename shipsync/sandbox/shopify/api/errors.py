"""GraphQL errors as Shopify words them: what is wrong with a document, and what a field refuses.

Every one comes with HTTP 200 (recorded). An invalid document has no `data` key; a field's error stands
beside the rest of the data.
"""

import re
from collections.abc import Callable, Sequence
from typing import Any

from graphql import GraphQLError, GraphQLSyntaxError

MAX_INPUT = 250  # elements of an array in the input
DOCS = "https://shopify.dev/api/usage"


def bad_request(message: str) -> GraphQLError:
    return GraphQLError(message, extensions={"code": "BAD_REQUEST"})


def not_found(message: str) -> GraphQLError:
    """For an id that can't exist; one that merely finds nothing is null."""
    return GraphQLError(message, extensions={"code": "RESOURCE_NOT_FOUND"})


def access_denied(field: str, required: str) -> GraphQLError:
    """`required` is the sentence that names the scopes."""
    return GraphQLError(
        f"Access denied for {field} field. Required access: {required}",
        extensions={"code": "ACCESS_DENIED", "documentation": f"{DOCS}/access-scopes", "requiredAccess": required},
    )


def not_approved(kind: str) -> GraphQLError:
    """The app was not let near protected customer data."""
    page = "https://shopify.dev/docs/apps/launch/protected-customer-data"
    message = f"This app is not approved to access the {kind} object. See {page} for more details."
    return GraphQLError(message, extensions={"code": "ACCESS_DENIED", "documentation": page})


def too_many(size: int, most: int) -> GraphQLError:
    message = f"The input array size of {size} is greater than the maximum allowed of {most}."
    return GraphQLError(message, extensions={"code": "MAX_INPUT_SIZE_EXCEEDED"})


def too_costly(cost: int, most: int) -> dict[str, Any]:
    """No top-level `extensions` come with it; permanent, so shrink the query (measured)."""
    page = f"{DOCS}/rate-limits"
    message = (
        f"Query cost is {cost}, which exceeds the single query max cost limit ({most}).\n\n"
        f"See {page} for more information on how the\ncost of a query is calculated."
    )
    extensions = {"code": "MAX_COST_EXCEEDED", "cost": cost, "maxCost": most, "documentation": page}
    return {"message": message, "extensions": extensions}


def throttled() -> dict[str, Any]:
    return {"message": "Throttled", "extensions": {"code": "THROTTLED", "documentation": f"{DOCS}/rate-limits"}}


def internal(request_id: str) -> dict[str, Any]:
    """Recorded with `data: null`."""
    message = (
        "Internal error. Looks like something went wrong on our end.\n"
        f"Request ID: {request_id} (include this in support requests)."
    )
    return {"message": message, "extensions": {"requestId": request_id, "code": "INTERNAL_SERVER_ERROR"}}


def shown(error: GraphQLError) -> dict[str, Any]:
    """An error of a field, as it stands beside data."""
    body: dict[str, Any] = {"message": error.message}
    if error.locations:
        body["locations"] = _places(error)
    if error.extensions:
        body["extensions"] = dict(error.extensions)
    if error.path:
        body["path"] = list(error.path)
    return body


def invalid_document(errors: Sequence[GraphQLError]) -> list[dict[str, Any]]:
    """What validation found, in Shopify's words."""
    return [_translated(error) for error in errors]


def invalid_variables(errors: Sequence[GraphQLError]) -> list[dict[str, Any]]:
    return [
        {"message": error.message, "locations": _places(error), "extensions": {"code": "INVALID_VARIABLE"}}
        for error in errors
    ]


def _places(error: GraphQLError) -> list[dict[str, int]]:
    return [{"line": place.line, "column": place.column} for place in error.locations or ()]


def _translated(error: GraphQLError) -> dict[str, Any]:
    body: dict[str, Any] = {"message": error.message, "locations": _places(error)}
    if isinstance(error, GraphQLSyntaxError):
        return {**body, "extensions": {"code": "PARSE_ERROR"}}
    for pattern, translate in _WORDS:
        match = pattern.search(error.message)
        if match is not None:
            body["message"], body["extensions"] = translate(*match.groups())
            return body
    return {**body, "extensions": {"code": "invalid"}}


Translated = tuple[str, dict[str, str]]


def _undefined_field(field: str, kind: str) -> Translated:
    code = {"code": "undefinedField", "typeName": kind, "fieldName": field}
    return f"Field '{field}' doesn't exist on type '{kind}'", code


def _unknown_argument(argument: str, field: str) -> Translated:
    code = {"code": "argumentNotAccepted", "name": field, "typeName": "Field", "argumentName": argument}
    return f"Field '{field}' doesn't accept argument '{argument}'", code


def _missing_argument(field: str, argument: str) -> Translated:
    code = {"code": "missingRequiredArguments", "className": "Field", "name": field, "arguments": argument}
    return f"Field '{field}' is missing required arguments: {argument}", code


def _needs_selection(field: str, kind: str) -> Translated:
    code = {"code": "selectionMismatch", "nodeName": f"field '{field}'", "typeName": kind.strip("[]!")}
    return f"Field must have selections (field '{field}' returns {kind.strip('[]!')} but has no selections.)", code


def _undefined_variable(name: str) -> Translated:
    return f"Variable ${name} is used but not declared", {"code": "variableNotDefined", "variableName": name}


def _unused_variable(name: str) -> Translated:
    return f"Variable ${name} is declared but not used", {"code": "variableNotUsed", "variableName": name}


def _mismatch(name: str, given: str, wanted: str) -> Translated:
    code = {"code": "variableMismatch", "variableName": name, "typeName": given}
    return f"Type mismatch on variable ${name} ({given} / {wanted})", code


def _undefined_type(name: str) -> Translated:
    return f"{name} isn't a defined input type", {"code": "variableRequiresValidType", "typeName": name}


def _misplaced_directive(name: str, place: str) -> Translated:
    return f"'@{name}' can't be applied to {place.lower()}", {"code": "directiveCannotBeApplied", "name": name}


_WORDS: list[tuple[re.Pattern[str], Callable[..., Translated]]] = [
    (re.compile(r"^Cannot query field '(\w+)' on type '(\w+)'"), _undefined_field),
    (re.compile(r"^Unknown argument '(\w+)' on field '\w+\.(\w+)'"), _unknown_argument),
    (re.compile(r"^(?:Field|Argument) '(?:\w+\.)?(\w+)' argument '(\w+)' of type .* is required"), _missing_argument),
    (re.compile(r"^Argument '\w+\.(\w+)\((\w+):\)' of type .* is required"), _missing_argument),
    (re.compile(r"^Field '(\w+)' of type '(.+?)' must have a selection"), _needs_selection),
    (re.compile(r"^Variable '\$(\w+)' is not defined"), _undefined_variable),
    (re.compile(r"^Variable '\$(\w+)' is never used"), _unused_variable),
    (re.compile(r"^Variable '\$(\w+)' of type '(.+?)' used in position expecting type '(.+?)'"), _mismatch),
    (re.compile(r"^Unknown type '(\w+)'"), _undefined_type),
    (re.compile(r"^Directive '@(\w+)' may not be used on (\w+)"), _misplaced_directive),
]
