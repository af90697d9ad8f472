"""The settings of the mail that tells what waits."""

from __future__ import annotations

import pytest

from config.faults import SettingsFaults
from config.settings import Settings, load_settings

SECRET = "mail-canary-7f3a"
WHOLE = {
    "URL": f"smtps://orders:{SECRET}@mail.example:4650",
    "FROM": "a@example.com",
    "TO": "b@example.com,c@example.com",
}


@pytest.fixture(autouse=True)
def environment(no_settings: None, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setenv("ORDER_ADAPTER_DATABASE_URL", "postgresql://u@h/d")
    for name, value in WHOLE.items():
        monkeypatch.setenv(f"ORDER_ADAPTER_MAIL_{name}", value)
    return monkeypatch


def fault() -> str:
    with pytest.raises(SettingsFaults) as raised:
        load_settings()
    [one] = raised.value.faults
    return f"{one.name} {one.value} {one.why}"


def test_its_password_is_never_shown() -> None:
    settings = load_settings()

    shown = {one.name: one.value for one in settings.described()}
    assert shown["ORDER_ADAPTER_MAIL_URL"] == "smtps://orders:***@mail.example:4650"
    assert SECRET in settings.secrets
    assert settings.mail_to == "b@example.com, c@example.com"


def test_without_an_address_there_is_no_mail(environment: pytest.MonkeyPatch) -> None:
    for name in WHOLE:
        environment.delenv(f"ORDER_ADAPTER_MAIL_{name}")

    assert load_settings().mail_url is None


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("URL", f"https://orders:{SECRET}@mail.example", "is not the address of a mail server"),
        ("URL", "smtp://", "is not the address of a mail server"),
        ("FROM", "orders", "is not a mail address"),
        ("TO", "anna@example.com, eva", "is not a mail address"),
        ("TO", "", "needs ORDER_ADAPTER_MAIL_FROM and ORDER_ADAPTER_MAIL_TO"),
    ],
)
def test_what_no_mail_can_be_sent_with_is_a_fault(
    environment: pytest.MonkeyPatch, name: str, value: str, told: str
) -> None:
    environment.setenv(f"ORDER_ADAPTER_MAIL_{name}", value)

    assert told in fault()
    assert SECRET not in fault()


def test_what_is_kept_for_how_long_has_defaults_that_suit_most() -> None:
    settings = Settings()

    assert (settings.keep_messages_days, settings.keep_parked_days) == (365, 180)
    assert (settings.keep_events_days, settings.keep_explanations_days) == (90, 730)
