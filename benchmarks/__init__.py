"""Ours, the usual way, and the floor, side by side on the same machine."""
