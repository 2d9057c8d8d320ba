"""`config`: what the configuration says, before anything is run by it."""

import click

from shipsync.config.explain import explain as explained

from .options import chosen, config_option, configured, store_option

# Values longer than this don't widen the column of the others.
WIDE = 24


@click.group()
def config() -> None:
    """Check the configuration."""


@config.command()
@config_option
def check(config_file: str | None) -> int:
    """Read the configuration, report everything wrong with it at once, and say what it means."""
    found = configured(config_file)
    for store in chosen(found, ()):
        platform = store.platform
        click.echo(
            f"{store.name}: {store.shopify.shop} ({store.shopify.api_version}) -> {platform.kind}, "
            f"orders: {platform.orders}, apply: {store.apply}, {len(store.shipping_methods)} shipping-method rules"
        )
    click.echo(f"state: {found.state}")
    return 0


@config.command()
@config_option
@store_option
def explain(config_file: str | None, store_names: tuple[str, ...]) -> int:
    """Print what is in force for each store, and why: by default, or by which line of the file. No secrets."""
    found = configured(config_file)
    for store in chosen(found, store_names):
        rows = explained(found.path, store)
        click.echo(f"{store.name}:")
        keys, values = max(len(r.key) for r in rows), max(len(r.value) for r in rows if len(r.value) <= WIDE)
        for row in rows:
            click.echo(f"  {row.key:{keys}}  {row.value:{values}}  {row.why}")
    return 0
