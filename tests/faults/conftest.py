"""Houses in which things go wrong: each test has a broker, a database and an adapter between them."""

from __future__ import annotations

from journeys.conftest import another_house, crm, house, orders, warehouse

__all__ = ["another_house", "crm", "house", "orders", "warehouse"]
