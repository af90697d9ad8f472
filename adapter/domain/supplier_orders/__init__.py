"""Supplier orders become customer orders (§3): whose they are, what they cost, and what was agreed."""
