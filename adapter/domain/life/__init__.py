"""The life of an order: five independent dimensions, and the steps that lead from state to state (domain.md §10)."""
