"""`python -m adapter` is `order-adapter`."""

from adapter.cli import main

main()
