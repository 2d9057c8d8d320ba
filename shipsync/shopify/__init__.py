"""Shopify's GraphQL Admin API: cheap feeds, whole orders, and the few writes that go back."""
