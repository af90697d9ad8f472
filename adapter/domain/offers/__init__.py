"""Accepted offers become customer orders (domain.md §2)."""
