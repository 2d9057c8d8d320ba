"""Write-back: since when parcels are told to Shopify, and whether anybody else tells it as well."""

from shipsync.reconcile.telling import BY_ANOTHER, TWICE

from .line import Line, Result
from .prepare import WRITE_BACK

# So many of the last so many parcels told by another: two programs write, and customers are told twice.
OTHERS, OF = 3, 20
REMEDY = (
    "Switch the other program's fulfillments off. Then run once with write_back: off, and switch it on again:"
    " what shipped meanwhile waits in review."
)


def write_back(line: Line, result: Result) -> Line:
    """The line with what it may tell Shopify; the time at which that began is kept while it is on."""
    inbox = line.store.inbox
    since = inbox.cursor(WRITE_BACK)
    if not line.settings.reports:
        if since is not None:
            inbox.drop_cursor(WRITE_BACK)
        return line
    if since is None:
        since = line.now()
        inbox.set_cursor(WRITE_BACK, since)
    rules = line.store.runs.told(since, OF)
    others = sum(rule in (BY_ANOTHER, TWICE) for rule in rules)
    if others < OTHERS:
        return line.having(reports_since=since)
    stopped = f"something else tells Shopify of parcels too: {others} of the last {len(rules)}"
    result.not_allowed = True
    result.said.append(f"{stopped}; tracking is not written back\n  {REMEDY}")
    return line.having(reports_since=since, reports_stopped=stopped)
