"""Pure values that every part meets in: orders, units, live orders, changes, steps, plans."""
