"""Many deliveries, one transaction: claim, load, decide, number, store; then answer and acknowledge."""
