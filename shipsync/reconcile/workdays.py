"""Working days of the warehouse: a moment becomes the start of a local day, as UTC."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from shipsync.config.settings import DAYS, Warehouse

DAY = timedelta(days=1)


def due(moment: datetime, days: int, warehouse: Warehouse) -> datetime:
    """The start of the day on which something asked for at `moment` is due, `days` working days later.

    What is asked for after the cut-off, or on a day off, counts as asked for on the next working day.
    """
    zone = ZoneInfo(warehouse.zone or "UTC")
    local = moment.astimezone(zone)
    day = local.date()
    if local.time() >= time.fromisoformat(warehouse.cut_off):
        day += DAY
    works = {DAYS.index(name) for name in warehouse.working_days}
    for left in range(days, -1, -1):
        while day.weekday() not in works:
            day += DAY
        day += DAY if left else timedelta(0)
    return datetime.combine(day, time(), zone).astimezone(UTC)
