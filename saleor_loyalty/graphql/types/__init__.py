"""The GraphQL types, by noun."""
