"""`demo`: the main job on a small merchant on this machine."""

import click


@click.command()
@click.option("--tour", is_flag=True, help="The interesting changes one after another, with a short text to each.")
def demo(tour: bool) -> int:
    """Show the main job on a small merchant, against servers on this machine. Needs no shop and no account."""
    if tour:
        from shipsync.sandbox.tour import main
    else:
        from shipsync.sandbox.demo import main
    return main()


COMMANDS = (demo,)
