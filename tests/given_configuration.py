"""Configuration folders as a business writes them."""

from __future__ import annotations

from pathlib import Path

PARAMETERS = """
company = "ACME"
company_currency = "EUR"
customer_items = true
barcodes = true
warn_running_out = true
"""

NUMBERING = """
[[numbering]]
code = "ORD"
formula = "{year}-{number:05}"
[[numbering.policy]]
valid_from = 2000-01-01
period = "yearly"
[[numbering.policy.range]]
start = 1

[[numbering]]
code = "STRICT"
formula = "S{year}-{number:05}"
[[numbering.policy]]
valid_from = 2000-01-01
period = "yearly"
progressive = true
recovery = true
[[numbering.policy.range]]
start = 1

[[numbering]]
code = "RECOVERING"
formula = "R{year}-{number:05}"
[[numbering.policy]]
valid_from = 2000-01-01
period = "yearly"
recovery = true
[[numbering.policy.range]]
start = 1

[[numbering]]
code = "SHORT"
formula = "K{year}-{number}"
[[numbering.policy]]
valid_from = 2026-01-01
valid_to = 2029-12-31
[[numbering.policy.range]]
start = 1
end = 2

[[numbering]]
code = "OUTSIDE"
formula = "X{year}-{number}"
[[numbering.policy]]
valid_from = 2000-01-01
[[numbering.policy.range]]
start = 100
end = 200
external = true
"""

ORDER_TYPES = "".join(
    f"""
[[order_type]]
code = "{code}"
offer_types = ["{offer_type}"]
numbering = "{numbering}"
order_date = "{order_date}"
warehouse = "MAIN"
warehouse_reason = "SALE"
{more}
"""
    for code, offer_type, numbering, order_date, more in (
        ("STD", "OFF", "ORD", "message", ""),
        ("AUTO", "SURE", "ORD", "message", "auto_confirm = true"),
        ("NOW", "CLOCK", "ORD", "processing", ""),
        ("RETAIL", "SHOP", "ORD", "message", "vat_included = true"),
        ("STRICT", "STRICT", "STRICT", "message", ""),
        ("RECOVERING", "RECOVERING", "RECOVERING", "message", ""),
        ("SHORT", "SHORT", "SHORT", "message", ""),
        ("OUTSIDE", "OUTSIDE", "OUTSIDE", "message", ""),
        ("LOOSE", "LOOSE", "ORD", "message", "customer_control = false"),
    )
).replace('offer_types = ["OFF"]', 'offer_types = ["OFF", "OFFER2"]')


def a_configuration(
    folder: Path,
    parameters: str = PARAMETERS,
    numbering: str = NUMBERING,
    order_types: str = ORDER_TYPES,
    grouping: str = "",
) -> Path:
    """Write a whole configuration into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "parameters.toml").write_text(parameters)
    (folder / "numbering.toml").write_text(numbering)
    (folder / "order_types.toml").write_text(order_types)
    (folder / "grouping.toml").write_text(grouping)
    return folder


def with_parameters(more: str) -> str:
    return PARAMETERS + more
