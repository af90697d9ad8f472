"""People without monitoring are told by mail that something waits for them: once, and without whose it is."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from email.message import EmailMessage

import pytest
import trustme
from actors import Crm, until
from given import a_customer, an_accepted_offer
from house import House
from postbox import PASSWORD, USER, Postbox, served
from structlog.testing import capture_logs

from adapter.housekeeping.housekeeping import Housekeeping
from adapter.housekeeping.mailing import Mailing, MailServer

LATER = (
    "UPDATE digest SET sent_at = sent_at - interval '5 hours', tried_at = tried_at - interval '5 hours'",
    "UPDATE digest SET tried_at = tried_at - interval '10 minutes'",
)


@pytest.fixture
def postbox() -> Postbox:
    return Postbox()


@pytest.fixture
async def mailing(own_house: House, postbox: Postbox) -> AsyncIterator[Mailing]:
    async with served(postbox) as port:
        of = own_house.settings.model_copy(
            update={"mail_from": "adapter@example.com", "mail_to": "anna@example.com, eva@example.com"}
        )
        url = f"smtp://127.0.0.1:{port}"
        yield Mailing(
            own_house.adapter.database, MailServer.at(url), of.mail_from, of.mail_to, of.namespace, of.mail_hours * 3600
        )


def a_mail() -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = mail["To"] = "adapter@example.com"
    mail.set_content("Hello")
    return mail


async def something_waits(house: House, crm: Crm) -> None:
    """Two messages in the parking lot, and an order over the customer's limit."""
    await crm.register("customer", "POOR", a_customer(name="Jane Roe", credit={"limit": "1", "control": "block"}))
    await crm.publish(an_accepted_offer(number="D-1", customer="NOBODY", notes="Ask for John Doe"))
    await crm.publish(an_accepted_offer(number="D-2", customer="NOBODY"))
    held = await crm.publish(an_accepted_offer(number="D-3", customer="POOR"))
    assert held["orders"][0]["stage"] == "blocked"


async def hours_later(house: House) -> None:
    await house.database.execute(LATER[0])


async def test_it_tells_what_waits_by_cause_and_how_to_look_and_never_whose_it_is(
    own_house: House, own_crm: Crm, mailing: Mailing, postbox: Postbox
) -> None:
    await something_waits(own_house, own_crm)

    assert await mailing.send_if_due()

    [mail] = postbox.mails
    text = mail.get_content()
    assert mail["Subject"] == f"[{own_house.settings.namespace}] waiting: 2 messages, 1 order held"
    assert (mail["From"], mail["To"]) == ("adapter@example.com", "anna@example.com, eva@example.com")
    assert ["unknown_customer", "2"] in [line.split() for line in text.splitlines()]
    assert ["credit", "1"] in [line.split() for line in text.splitlines()]
    assert "order-adapter parked list --code unknown_customer" in text
    assert not [word for word in ("NOBODY", "POOR", "Jane", "John", "D-1", own_crm.source) if word in mail.as_string()]


async def test_there_is_no_mail_where_nothing_waits(own_house: House, mailing: Mailing, postbox: Postbox) -> None:
    assert not await mailing.send_if_due()
    assert postbox.attempts == 0


async def test_nothing_is_told_twice_and_what_is_new_is_told_when_it_is_time(
    own_house: House, own_crm: Crm, mailing: Mailing, postbox: Postbox
) -> None:
    await something_waits(own_house, own_crm)
    await mailing.send_if_due()
    await hours_later(own_house)
    assert not await mailing.send_if_due()

    await own_crm.publish(an_accepted_offer(number="D-4", lines=[], customer="NOBODY"))
    await own_crm.publish(an_accepted_offer(number="D-5", customer="NOBODY"))
    assert not await mailing.send_if_due()
    await hours_later(own_house)
    assert await mailing.send_if_due()

    assert len(postbox.mails) == 2
    assert "3 messages in the parking lot, 1 new" in postbox.mails[1].get_content()


async def test_of_several_copies_one_sends_it(
    own_house: House, own_crm: Crm, mailing: Mailing, postbox: Postbox
) -> None:
    await something_waits(own_house, own_crm)

    sent = await asyncio.gather(*(mailing.send_if_due() for _ in range(5)))

    assert (sum(sent), len(postbox.mails)) == (1, 1)


async def test_a_mail_server_that_takes_nothing_is_told_and_tried_again_later(
    own_house: House, own_crm: Crm, mailing: Mailing, postbox: Postbox
) -> None:
    await something_waits(own_house, own_crm)
    postbox.refuses = True

    with capture_logs() as lines:
        assert not await mailing.send_if_due()
        assert not await mailing.send_if_due()
    assert [line["event"] for line in lines if line["event"].startswith("digest")] == ["digest_not_sent"]
    assert postbox.attempts == 1

    postbox.refuses = False
    await own_house.database.execute(LATER[1])
    assert await mailing.send_if_due()


def test_a_mail_server_out_of_reach_is_an_error_that_is_expected() -> None:
    with pytest.raises(OSError, match="refused"):
        MailServer.at("smtp://127.0.0.1:1").send(a_mail())


@pytest.mark.parametrize("trusted", [True, False])
async def test_a_password_is_told_only_to_a_server_that_is_who_it_says(
    trusted: bool, postbox: Postbox, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    authority, other = trustme.CA(), trustme.CA()
    file = tmp_path_factory.mktemp("trusted") / "ca.pem"
    (authority if trusted else other).cert_pem.write_to_path(str(file))
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost").configure_cert(context)
    async with served(postbox, context) as port:
        server = MailServer.at(f"smtp://{USER}:{PASSWORD}@localhost:{port}")
        sent = await asyncio.gather(asyncio.to_thread(server.send, a_mail()), return_exceptions=True)

    assert [type(one) for one in sent] == [type(None) if trusted else ssl.SSLCertVerificationError]
    assert (postbox.passwords, len(postbox.mails)) == (([PASSWORD], 1) if trusted else ([], 0))


async def test_the_running_adapter_mails_and_cleans_by_itself_whatever_fails_until_it_is_stopped(
    own_house: House, own_crm: Crm, mailing: Mailing, postbox: Postbox
) -> None:
    await something_waits(own_house, own_crm)
    await own_house.database.execute("UPDATE inbox SET handled_at = handled_at - interval '10 years'")
    await own_house.database.execute("ALTER TABLE digest RENAME TO elsewhere")
    cleaning = own_house.adapter.housekeeping.cleaning
    housekeeping = Housekeeping(cleaning, mailing, busy=lambda: False, look_seconds=0.01)
    running = asyncio.create_task(housekeeping.run())

    with capture_logs() as lines:
        await until(lambda: own_house.database.fetchval("SELECT NOT bool_or(whole) FROM inbox"))
        await own_house.database.execute("ALTER TABLE elsewhere RENAME TO digest")
        await until(lambda: asyncio.sleep(0, len(postbox.mails) == 1))
        housekeeping.stop()
        await asyncio.wait_for(running, 5)

    told = {line["event"]: line for line in lines}
    assert told["unexpected_error"]["where"] == "mailing"
    assert told["cleaned_up"]["messages"] > 20
    assert told["digest_sent"]["messages"] == 2
