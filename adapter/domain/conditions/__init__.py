"""Commercial conditions of an order: prices, discounts, VAT, terms, and the checks of a line (§4–§6, §8)."""
