"""Health, metrics and a status page over HTTP, and what operators are warned about."""
