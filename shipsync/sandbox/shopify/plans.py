"""Rate-limit plans: the size of the bucket and how fast it refills, in points.

Standard was recorded, Advanced measured; Plus is from another connector's test data.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Plan:
    bucket: float
    restore: float  # points a second


STANDARD = Plan(2000.0, 100.0)
ADVANCED = Plan(4000.0, 200.0)
PLUS = Plan(20000.0, 1000.0)
