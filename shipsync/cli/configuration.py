"""`config`: what the configuration says, before anything is run by it."""

import click

from .options import chosen, config_option, configured


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
