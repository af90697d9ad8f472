"""The rules of the customer order: pure Python, standard library only, no clock, no I/O, no log."""
