"""The envelope of a GraphQL answer: errors as ShipHero spells them, and what it says about credits."""

from collections.abc import Iterable, Mapping
from typing import Any

from graphql import ExecutionResult, GraphQLError

from .context import Context
from .cost import RootField
from .quota import Quota
from .refusal import NO_CREDITS, Refusal


def errors_of(result: ExecutionResult, context: Context) -> list[dict[str, Any]]:
    """Every error of an execution. A bug of the double is raised, not answered."""
    found = [_coded(refusal, key, context) for key, refusal in context.beside]
    for error in result.errors or ():
        if isinstance(error.original_error, Refusal):
            assert error.path is not None
            found.append(_coded(error.original_error, str(error.path[0]), context, str(error.path[-1])))
        elif error.original_error is not None and not isinstance(error.original_error, GraphQLError):
            raise error.original_error
        else:
            found.append(uncoded(error))
    return found


def _coded(refusal: Refusal, key: str, context: Context, field: str = "data") -> dict[str, Any]:
    named = key if context.account.switches.error_operation == "alias" else context.fields[key].name
    return {
        "message": refusal.message,
        "operation": named,
        "field": refusal.field or field,
        "request_id": context.request_id,
        "code": refusal.code,
    }


def uncoded(error: GraphQLError) -> dict[str, Any]:
    """What the GraphQL layer says of a document that does not fit the schema: no code, but locations."""
    locations = [{"line": place.line, "column": place.column} for place in error.locations or ()]
    return {"message": error.message, "locations": locations}


def no_credits(fields: Iterable[RootField], needed: int, quota: Quota, request_id: str) -> list[dict[str, Any]]:
    """Code 30: never possible ("0"), or possible after a while, which is spelled out in words."""
    message = f"There are not enough credits to perform the requested operation, which requires {needed} credits, "
    if needed > quota.maximum:
        message += f"The max allowed for your account is {quota.maximum} credits per operation. "
        wait = "0"
    else:
        wait = _spelled(quota.seconds_until(needed))
        message += f"but there are only {quota.remaining} left. "
        message += f"In {wait} you will have enough credits to perform the operation"
    first = next(iter(fields))
    return [
        {
            "code": NO_CREDITS,
            "message": message,
            "operation": first.name,
            "request_id": request_id,
            "required_credits": needed,
            "remaining_credits": quota.remaining,
            "time_remaining": wait,
        }
    ]


def _spelled(seconds: int) -> str:
    return f"{seconds} seconds" if seconds < 120 else f"{-(-seconds // 60)} minutes"


def throttling(estimated: int, items: Mapping[str, int], quota: Quota) -> dict[str, Any]:
    """`extensions`: per operation 1 credit and 1 per row returned; `items` has every operation."""
    detail = {
        key: {"items_count": count, "cost": 1, "total_cost": 1 + count, "fields": {}} for key, count in items.items()
    }
    return {
        "throttling": {
            "estimated_complexity": estimated,
            "cost": charge(items),
            "cost_detail": detail,
            "user_quota": quota.report(),
        }
    }


def charge(items: Mapping[str, int]) -> int:
    """What a request costs; a refused one costs 1 as well."""
    return max(1, sum(1 + count for count in items.values()))
