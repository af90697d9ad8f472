"""What was slow or wrong once in a prototype, and must not come back unnoticed."""

from __future__ import annotations

from faults.conftest import HouseWith, house_with, of
from journeys.conftest import crm, house, orders, warehouse

__all__ = ["HouseWith", "crm", "house", "house_with", "of", "orders", "warehouse"]
