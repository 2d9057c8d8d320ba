"""`sandbox`: both servers on loopback, to try everything without a shop."""

import click


@click.group()
def sandbox() -> None:
    """Servers to try shipsync against."""
