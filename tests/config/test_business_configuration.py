"""What a business may write in its files, and how it is told what is wrong."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import BaseModel

from config.business import load_business
from config.models import GroupingFile, Numbering, OrderType, Parameters, Policy, Range, SupplierOrders

SHIPPED = Path(__file__).resolve().parents[2] / "config"

COMPANY = 'company = "ACME"\ncompany_currency = "EUR"\n'
NUMBERING = '[[numbering]]\ncode = "ORD"\n[[numbering.policy]]\nvalid_from = 2026-01-01\n[[numbering.policy.range]]\n'
ORDER_TYPE = '[[order_type]]\ncode = "STD"\nnumbering = "ORD"\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return written(tmp_path, numbering=NUMBERING, parameters=COMPANY)


def written(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name}.toml").write_text(text, "utf-8")
    return folder


def test_missing_files_mean_their_defaults(tmp_path: Path) -> None:
    business = load_business(written(tmp_path, parameters=COMPANY))

    assert (business.numberings, business.order_types, business.workflows) == ((), (), ())
    assert not business.grouping_offers.summary
    assert business.grouping_supplier_orders.on_divergence == "announce"
    assert business.parameters == Parameters(company="ACME", company_currency="EUR")


def test_percents_keep_every_digit(folder: Path) -> None:
    written(folder, parameters=COMPANY + "over_fulfilment_percent = 0.1\nagreement_tolerance_percent = 3")

    parameters = load_business(folder).parameters

    assert parameters.over_fulfilment_percent == Decimal("0.1")
    assert parameters.agreement_tolerance_percent == Decimal(3)


def test_codes_are_trimmed(folder: Path) -> None:
    written(folder, order_types=ORDER_TYPE.replace('"STD"', '" STD "'))

    assert load_business(folder).order_types[0].code == "STD"


def test_holidays_are_days_once_they_block(folder: Path) -> None:
    written(folder, parameters=COMPANY + "block_on_holidays = true\nholidays = [2026-12-25]")

    assert load_business(folder).parameters.holidays == (date(2026, 12, 25),)


def test_a_configuration_of_few_words_loads(tmp_path: Path) -> None:
    numbering = NUMBERING.replace('"ORD"', '"ORD"\nformula = "{year}-{number:05}"') + "start = 1"
    order_type = ORDER_TYPE + 'offer_types = ["OFF"]\nsupplier_flows = ["drop_ship", "on_demand", "intercompany"]\n'
    parameters = 'company = "MODERNA"\ncompany_currency = "EUR"\ntime_zone = "Europe/Stockholm"'
    more = 'credit = true\nwarehouse = "MAIN"\norder_date = "message"'

    business = load_business(
        written(tmp_path, numbering=numbering, order_types=order_type + more, parameters=parameters)
    )

    assert business.numberings[0].policies[0].ranges == (Range(start=1),)
    assert business.order_types[0].supplier_flows == ("drop_ship", "on_demand", "intercompany")
    assert business.parameters.time_zone == "Europe/Stockholm"


@pytest.mark.parametrize(("folder_name", "company"), [(".", "ACME"), ("demo", "DEMO")])
def test_the_shipped_configurations_load(folder_name: str, company: str) -> None:
    assert load_business(SHIPPED / folder_name).parameters.company == company


def test_the_demo_has_a_type_for_offers_and_one_with_vat_included() -> None:
    business = load_business(SHIPPED / "demo")

    assert [kind.code for kind in business.order_types if "OFF" in kind.offer_types and kind.auto_confirm] == ["STD"]
    assert [kind.code for kind in business.order_types if "DIRECT" in kind.offer_types and kind.vat_included]
    assert business.grouping_offers.summary


@pytest.mark.parametrize(
    ("file", "models"),
    [
        ("numbering", (Numbering, Policy, Range)),
        ("order_types", (OrderType,)),
        ("parameters", (Parameters,)),
        ("grouping", (GroupingFile, SupplierOrders)),
    ],
)
def test_the_shipped_files_show_every_key(file: str, models: tuple[type[BaseModel], ...]) -> None:
    text = (SHIPPED / f"{file}.toml").read_text("utf-8")
    keys = {field.alias or name for model in models for name, field in model.model_fields.items()}

    assert [key for key in keys - {"workflow"} if not re.search(rf"^\W*([a-z]+\.)*{key}\b", text, re.MULTILINE)] == []


def test_the_parameters_that_are_commented_out_show_their_defaults() -> None:
    text = (SHIPPED / "parameters.toml").read_text("utf-8")
    shown = tomllib.loads("\n".join(re.findall(r"^# ([a-z_]+ = .+)$", text, re.MULTILINE)), parse_float=Decimal)
    defaults = {name: field.default for name, field in Parameters.model_fields.items() if name in shown}

    assert shown | {"holidays": ()} == defaults
    assert len(shown) == len(Parameters.model_fields) - 2
