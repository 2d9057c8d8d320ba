"""The Admin API in front of the shop: who may see what, pages, costs, errors, tokens."""
