"""From the outbox to the broker: at least once, in order per order."""
