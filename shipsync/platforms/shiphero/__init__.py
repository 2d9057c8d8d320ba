"""ShipHero: its public GraphQL API as a `Platform`. `adapter.ShipHero` is the way in."""
