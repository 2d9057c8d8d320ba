"""`cursor`: how far each feed has been read, and setting it by hand."""

import click

from shipsync.clock import SystemClock, utc_text
from shipsync.errors import UsageError
from shipsync.stages.open import locked

from .options import chosen, config_option, configured, one, store_option, when
from .state import state_of

CLOCK = SystemClock()
LEGS = ("orders", "fulfillment_orders")


@click.group()
def cursor() -> None:
    """Show or set how far Shopify has been read."""


@cursor.command("show")
@config_option
@store_option
def show_cursor(config_file: str | None, store_names: tuple[str, ...]) -> int:
    """The time up to which each feed is known to be read."""
    config = configured(config_file)
    for store in chosen(config, store_names):
        with state_of(config, store.name, scratch=True) as state:
            found = state.inbox.cursors()
        for leg, at in found.items():
            click.echo(f"{store.name} {leg} {utc_text(at)}")
        if not found:
            click.echo(f"{store.name} none: the first run reads every open order")
    return 0


@cursor.command("set")
@config_option
@store_option
@click.argument("time")
def set_cursor(config_file: str | None, store_names: tuple[str, ...], time: str) -> int:
    """Read everything since TIME again in the next run: ISO 8601, `2 days ago`, `yesterday`."""
    config = configured(config_file)
    store = one(config, store_names)
    now = CLOCK.now()
    at = when(time, now)
    if at is None or at > now:
        raise UsageError(f"{time} is in the future", remedy="A cursor ahead of Shopify would lose changes.")
    with locked(config.state, store), state_of(config, store.name) as state:
        for leg in LEGS:
            state.inbox.set_cursor(leg, at)
    click.echo(f"{store.name}: cursors set to {utc_text(at)}")
    return 0
