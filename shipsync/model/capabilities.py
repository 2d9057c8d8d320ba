"""What a platform can do, declared by its adapter and read by the pure core."""

import msgspec

from .change import Kind


class Capabilities(msgspec.Struct, frozen=True, kw_only=True):
    kinds: frozenset[Kind]
    units: frozenset[str]  # unit families that it can hold
    batch: int  # orders per look
    packed: bool = False  # whether "packed" can be observed
    native_import: bool = True  # another integration may import and edit the same orders
