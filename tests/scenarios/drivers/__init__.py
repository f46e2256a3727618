"""Drivers: one Protocol, and an implementation for each host."""
