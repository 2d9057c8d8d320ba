"""Search: what is indexed of an order, how a query is read, and what it matches."""
