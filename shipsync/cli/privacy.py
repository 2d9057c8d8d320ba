"""`forget`: a person's data, taken out of the state file on request."""

import click

from shipsync.errors import UsageError
from shipsync.stages.open import locked
from shipsync.store.store import Store

from .options import chosen, config_option, configured, store_option
from .state import state_of


@click.command()
@config_option
@store_option
@click.option("--customer", metavar="EMAIL", help="Every order of this customer.")
@click.option("--order", "orders", metavar="ORDER", multiple=True, help="This order, by name or id; may be repeated.")
def forget(config_file: str | None, store_names: tuple[str, ...], customer: str | None, orders: tuple[str, ...]) -> int:
    """Take names, addresses, phones and e-mails of a customer out of the state file; counts and times stay.

    \b
    shipsync forget --order "#1001"
    """
    if (customer is None) == (not orders):
        raise UsageError("name either --customer or --order")
    config = configured(config_file)
    found = 0
    for store in chosen(config, store_names):
        with locked(config.state, store), state_of(config, store.name) as state:
            ids = state.privacy.of_customer(customer) if customer else _named(state, orders)
            found += len(ids)
            whole, still_open = state.privacy.forget(ids)
        if whole:
            click.echo(f"{store.name}: forgotten: {', '.join(whole)}")
        for name in still_open:
            click.echo(f"{store.name}: {name} is open: its history is forgotten, what ships it once it is closed")
    if not found:
        raise UsageError("no order is known of that", remedy="`shipsync status` counts those that are.")
    click.echo("Plan files and backups of the state file are yours to delete.", err=True)
    return 0


def _named(state: Store, names: tuple[str, ...]) -> list[str]:
    return [order_id for name in names if (order_id := state.orders.find(name)) is not None]
