"""The shop's GraphQL: Saleor's names and shapes, no more of them than the loyalty schema and its stories need."""
