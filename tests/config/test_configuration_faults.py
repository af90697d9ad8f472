"""Every way in which configuration files can be wrong, told by file and key, with the cure."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapter.configured import load
from config.business import load_business
from config.faults import ConfigurationFaults, Fault

COMPANY = 'company = "ACME"\ncompany_currency = "EUR"\n'
POLICY = "[[numbering.policy]]\nvalid_from = 2026-01-01\n"
RANGE = "[[numbering.policy.range]]\n"
NUMBERING = f'[[numbering]]\ncode = "ORD"\n{POLICY}{RANGE}'
ORDER_TYPE = '[[order_type]]\ncode = "STD"\nnumbering = "ORD"\n'
WORKFLOW = '[[workflow]]\ncode = "standard"\ninitial = "new"\n[[workflow.state]]\ncode = "new"\n'
STEP = f"{WORKFLOW}[[workflow.transition]]\nto = 'new'\n"

Case = tuple[str, str, str, str]
"""What is written, the key that is at fault, and words of the message and of the cure."""

NUMBERINGS: list[Case] = [
    (NUMBERING + "strat = 1", "numbering[0].policy[0].range[0].strat", "known key", "start"),
    (NUMBERING + "start = true", "numbering[0].policy[0].range[0].start", "whole number", "without quotes"),
    (NUMBERING + "start = -1", "numbering[0].policy[0].range[0].start", "bounds", "at least 0"),
    (NUMBERING.replace("2026-01-01", "'x'"), "numbering[0].policy[0].valid_from", "not a date", "2026-01-01"),
    (NUMBERING.replace("valid_from", "#"), "numbering[0].policy[0].valid_from", "missing", "first day"),
    (NUMBERING + "[[numbering.policy]]", "numbering[0].policy[1].range", "missing", "at least one"),
    (NUMBERING + POLICY + "period = 'weekly'", "numbering[0].policy[1].period", "'weekly'", "'monthly'"),
    ("[[numbering]]\ncode = 'A'\npolicy = []", "numbering[0].policy", "empty", "at least one"),
    ("[[numbering]]\ncode = 'A'\n[numbering.policy]", "numbering[0].policy", "one table", "[["),
    ("[numbering]\ncode = 'A'", "numbering", "list of tables", "[[numbering]]"),
    ("[[numberings]]", "numberings", "known key", "numbering"),
    (NUMBERING + NUMBERING, "numbering[1].code", "numbering[0]", "another"),
]

ORDER_TYPES: list[Case] = [
    (ORDER_TYPE.replace("STD", "x" * 51), "order_type[0].code", "too long", "50"),
    (ORDER_TYPE.replace("STD", " "), "order_type[0].code", "empty", "character"),
    (ORDER_TYPE.replace("numbering =", "description ="), "order_type[0].numbering", "missing", "numbering.toml"),
    (ORDER_TYPE.replace("ORD", "ORDE"), "order_type[0].numbering", "'ORDE'", "ORD"),
    (ORDER_TYPE + "auto_confirm = 'yes'", "order_type[0].auto_confirm", "not a switch", "true or false"),
    (ORDER_TYPE + "offer_types = 'OFF'", "order_type[0].offer_types", "not a list", "square brackets"),
    (ORDER_TYPE + "supplier_flows = ['drop']", "order_type[0].supplier_flows[0]", "'drop'", "'drop_ship'"),
    (ORDER_TYPE + ORDER_TYPE, "order_type[1].code", "order_type[0]", "another"),
    (ORDER_TYPE + "offer_types = ['A', 'A']", "order_type[0].offer_types[1]", "'A'", "one of the two"),
    (ORDER_TYPE + "workflow = 'w'", "order_type[0].workflow", "not run by this version", "Remove"),
    (ORDER_TYPE + "workflow = 'w'", "order_type[0].workflow", "does not have", "Known"),
]

PARAMETERS: list[Case] = [
    ("company = 'A'", "company_currency", "missing", "EUR"),
    ("company_currency = 'EUR'", "company", "missing", "source"),
    (COMPANY + "time_zone = 'Europe/Berln'", "time_zone", "Berln", "Europe/Berlin"),
    (COMPANY + "rounding = 'up'", "rounding", "'up'", "'half_even'"),
    (COMPANY + "over_fulfilment_percent = nan", "over_fulfilment_percent", "finite", "number"),
    (COMPANY + "over_fulfilment_percent = -0.5", "over_fulfilment_percent", "-0.5", "at least 0"),
    (COMPANY + "over_fulfilment_percent = '5'", "over_fulfilment_percent", "not a number", "quotes"),
    (COMPANY + "holidays = [2026-12-25]", "holidays", "no day", "block_on_holidays = true"),
    (COMPANY + "customer_item = true", "customer_item", "known key", "customer_items"),
]

GROUPINGS: list[Case] = [
    ("[offers]\nsummary = true\nmonth = true", "offers.month", "without the year", "year = true"),
    ("[supplier_orders]\nmonth = true", "supplier_orders.month", "without the year", "[supplier_orders]"),
    ("[supplier_orders]\non_divergence = 'ignore'", "supplier_orders.on_divergence", "'ignore'", "'follow'"),
    ("[offers]\non_divergence = 'follow'", "offers.on_divergence", "known key", "summary"),
    ("[offer]", "offer", "known key", "offers"),
    ("offers = 1", "offers", "not a table", "keys"),
]

WORKFLOWS: list[Case] = [
    (WORKFLOW, "workflow[0]", "not run by this version", "Remove"),
    (WORKFLOW.replace("new", "old", 1), "workflow[0].initial", "'old'", "new"),
    (WORKFLOW + WORKFLOW, "workflow[1].code", "workflow[0]", "another"),
    (WORKFLOW + "[[workflow.state]]\ncode = 'new'", "workflow[0].state[1].code", "'new'", "another"),
    (WORKFLOW + "on_enter = [{action = 'mail'}]", "workflow[0].state[0].on_enter[0]", "to is missing", "template"),
    (WORKFLOW + "on_leave = [{action = 'close', url = 'x'}]", "workflow[0].state[0].on_leave[0]", "no use", "nothing"),
    (WORKFLOW + "on_leave = [{action = 'fly'}]", "workflow[0].state[0].on_leave[0].action", "'fly'", "'publish'"),
    (STEP + "from = ['new']", "workflow[0].transition[0]", "never be taken", "Add one"),
    (STEP + "from = []\naction = 'a'", "workflow[0].transition[0].from", "empty", "at least one"),
    (STEP + "from = ['newer']\naction = 'a'", "workflow[0].transition[0].from[0]", "'newer'", "new"),
    (
        STEP.replace("to = 'new'", "to = 'x'\nfrom = ['new']\naction = 'a'"),
        "workflow[0].transition[0].to",
        "'x'",
        "new",
    ),
]

DEADLINES: list[Case] = [
    ("[[workflow.state.deadline]]\nafter = '3 moons'\ntransition = 'a'", "after", "understood", "4 hours"),
    ("[[workflow.state.deadline]]\nafter = '4 hours'\ntransition = 'a'", "transition", "'a'", "none"),
    ("[[workflow.state.deadline]]\nafter = '3 working days'", "transition", "missing", "action"),
]

FAULTY = [
    *(("numbering", *case) for case in NUMBERINGS),
    *(("order_types", *case) for case in ORDER_TYPES),
    *(("parameters", *case) for case in PARAMETERS),
    *(("grouping", *case) for case in GROUPINGS),
    *(("workflows", *case) for case in WORKFLOWS),
    *(
        ("workflows", WORKFLOW + text, f"workflow[0].state[0].deadline[0].{key}", *told)
        for text, key, *told in DEADLINES
    ),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return written(tmp_path, numbering=NUMBERING, parameters=COMPANY)


def written(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name}.toml").write_text(text, "utf-8")
    return folder


def faults_in(folder: Path) -> tuple[Fault, ...]:
    with pytest.raises(ConfigurationFaults) as raised:
        load_business(folder)
    return raised.value.faults


@pytest.mark.parametrize(("file", "text", "key", "message", "cure"), FAULTY)
def test_a_fault_names_file_and_key_and_tells_the_cure(
    folder: Path, file: str, text: str, key: str, message: str, cure: str
) -> None:
    written(folder, **{file: text})

    told = [fault for fault in faults_in(folder) if (fault.file, fault.key) == (f"{file}.toml", key)]

    assert any(message in fault.message and cure in fault.cure for fault in told), told


def test_two_order_types_cannot_claim_the_same_flow_or_offer_type(folder: Path) -> None:
    claim = 'offer_types = ["OFF"]\nsupplier_flows = ["on_demand"]\n'
    written(folder, order_types=ORDER_TYPE + claim + ORDER_TYPE.replace("STD", "OTHER") + claim)

    assert [fault.key for fault in faults_in(folder)] == [
        "order_type[1].offer_types[0]",
        "order_type[1].supplier_flows[0]",
    ]


def test_an_order_type_cannot_use_a_disabled_numbering(folder: Path) -> None:
    disabled = NUMBERING.replace('"ORD"', '"ORD"\ndisabled = true')
    written(folder, numbering=disabled, order_types=ORDER_TYPE)

    (fault,) = faults_in(folder)

    assert (fault.key, fault.message) == ("order_type[0].numbering", "names 'ORD', which is disabled")


def test_all_faults_of_all_files_are_told_at_once(folder: Path) -> None:
    written(folder, parameters="companys = 1", grouping="[offer]", order_types=ORDER_TYPE + "credit = 1\nvat = true")

    faults = faults_in(folder)

    assert {fault.key for fault in faults} == {
        "companys",
        "company",
        "company_currency",
        "offer",
        "order_type[0].credit",
        "order_type[0].vat",
    }


def test_a_fault_in_one_table_hides_none_of_what_only_all_of_them_together_show(folder: Path) -> None:
    claim = 'offer_types = ["OFF"]\n'
    spoilt = claim + "credit = 1\n"
    written(folder, parameters="companys = 1", order_types=ORDER_TYPE + spoilt + ORDER_TYPE + spoilt)

    assert {fault.key for fault in faults_in(folder)} >= {
        "companys",
        "order_type[0].credit",
        "order_type[1].code",
        "order_type[1].offer_types[0]",
    }


def test_faults_of_numberings_are_told_beside_those_of_other_files(folder: Path) -> None:
    collides = NUMBERING.replace('"ORD"', '"ORD"\nformula = "{year}-{nummer}"')
    written(folder, parameters="companys = 1", numbering=collides, order_types=ORDER_TYPE)

    with pytest.raises(ConfigurationFaults) as raised:
        load(folder)

    assert {fault.key for fault in raised.value.faults} >= {"companys", "numbering[0].formula"}


def test_the_printed_faults_hold_one_line_for_each(folder: Path) -> None:
    written(folder, parameters='company = "A"\nrouding = "half_up"')

    assert str(ConfigurationFaults(faults_in(folder))).splitlines() == [
        "The configuration cannot be used, 2 faults:",
        "  parameters.toml: company_currency is missing. "
        "Add it: the currency of item prices, rates and credit, as EUR.",
        "  parameters.toml: rouding is not a known key. Did you mean rounding?",
    ]


def test_a_faulty_numbering_is_not_called_unknown_as_well(folder: Path) -> None:
    written(folder, numbering=NUMBERING + "strat = 1", order_types=ORDER_TYPE)

    assert [fault.key for fault in faults_in(folder)] == ["numbering[0].policy[0].range[0].strat"]


@pytest.mark.parametrize("text", ['[[numbering]]\ncode = "ORD', '[[numbering]]\ncode = "ORD\n'])
def test_broken_toml_is_told_with_its_line(folder: Path, text: str) -> None:
    written(folder, numbering=text, order_types=ORDER_TYPE)

    (fault,) = faults_in(folder)

    assert fault.file == "numbering.toml"
    assert "line 2" in fault.message


def test_a_file_that_is_not_utf_8_is_a_fault(folder: Path) -> None:
    (folder / "parameters.toml").write_bytes(COMPANY.encode() + b"# caf\xe9")

    (fault,) = faults_in(folder)

    assert "not UTF-8" in fault.message


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(folder: Path) -> None:
    (folder / "parameters.toml").write_bytes(b"\xef\xbb\xbf" + COMPANY.replace("\n", "\r\n").encode())

    assert load_business(folder).parameters.company == "ACME"


def test_a_file_that_cannot_be_read_is_a_fault(folder: Path) -> None:
    (folder / "grouping.toml").mkdir()

    (fault,) = faults_in(folder)

    assert (fault.file, "cannot be read" in fault.message) == ("grouping.toml", True)


def test_a_file_under_almost_the_right_name_is_not_passed_over(folder: Path) -> None:
    written(folder, order_type=ORDER_TYPE)

    (fault,) = faults_in(folder)

    assert (fault.file, fault.cure) == ("order_type.toml", "Did you mean order_types.toml?")


def test_a_folder_that_is_not_there_is_a_fault(tmp_path: Path) -> None:
    (fault,) = faults_in(tmp_path / "nowhere")

    assert "ORDER_ADAPTER_CONFIG_DIR" in fault.cure


def test_an_empty_folder_lacks_only_what_is_required(tmp_path: Path) -> None:
    assert [fault.key for fault in faults_in(tmp_path)] == ["company", "company_currency"]
