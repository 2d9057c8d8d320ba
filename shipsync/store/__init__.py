"""The state file: inbox, snapshots, journal. Values in and out; one method is one transaction; SQL lives only here."""
