"""The floor: what the database and the broker take for the same rows and messages when nothing is decided."""
