"""Every named crash point: the steps of a message, of the relay, of replays, of dead letters, of starting, stopping."""

from __future__ import annotations

from .crashing import Crash, an_offer, poison, too_early
from .sabotage import Point

INTAKE = (
    Crash("received", Point("adapter.app:Adapter.receive")),
    Crash("gathered", Point("adapter.intake.intake:Intake.handle")),
    Crash("before the inbox row", Point("adapter.persistence.inbox:add")),
    Crash("after the inbox row", Point("adapter.persistence.inbox:add", "after")),
    Crash("orders stored", Point("adapter.persistence.orders:enter", "after")),
    Crash("numbers drawn", Point("adapter.persistence.numbers:locked", "after")),
    Crash("numbers stored", Point("adapter.persistence.numbers:save", "after")),
    Crash("events stored", Point("adapter.persistence.events:add", "after")),
    Crash("before commit", Point("adapter.intake.unit:Unit.run", "after")),
    Crash("after commit", Point("adapter.intake.intake:Intake.handle", "after")),
    Crash("before the answer", Point("adapter.messaging.publishing:Publisher.answer")),
    Crash("after the answer", Point("adapter.messaging.publishing:Publisher.answer", "after")),
    Crash("before ack", Point("adapter.messaging.consuming:Consumers.acknowledge")),
    Crash("after ack", Point("adapter.messaging.consuming:Consumers.acknowledge", "after")),
    Crash("parked before ack", Point("adapter.app:Adapter.finish"), poison),
    Crash("waiting stored before ack", Point("adapter.app:Adapter.finish"), too_early),
)
RELAY = (
    Crash("relay chosen", Point("adapter.relay.relay:Relay._chain")),
    Crash("relay published before confirm", Point("aiormq.channel:Channel._confirm_delivery")),
    Crash("relay confirmed", Point("adapter.messaging.publishing:Publisher.publish_event", "after")),
    Crash("relay mid-chain", Point("adapter.messaging.publishing:Publisher.publish_event", call=2), an_offer),
    Crash("relay before marking", Point("adapter.persistence.events:mark_sent")),
    Crash("relay marked", Point("adapter.persistence.events:mark_sent", "after")),
)
REPLAY = (
    Crash("replay started", Point("adapter.intake.replaying:Replaying.replay"), too_early),
    Crash("replay before commit", Point("adapter.persistence.parked:settle", "after"), too_early),
    Crash("replay committed", Point("adapter.intake.telling:Telling.told_again"), too_early),
    Crash(
        "replay by command",
        Point("adapter.persistence.parked:locked", "after"),
        poison,
        words=("parked", "replay", "--all", "--refused"),
    ),
)
CLEANING = (
    Crash(
        "cleanup before commit",
        Point("adapter.persistence.retention:keep_imprints", "after"),
        an_offer,
        words=("cleanup",),
        old=True,
    ),
    Crash(
        "cleanup committed",
        Point("adapter.housekeeping.cleaning:Cleaning.portion", "after"),
        an_offer,
        words=("cleanup",),
        old=True,
    ),
)
DEAD_LETTERS = (
    Crash("dead letter collected", Point("adapter.intake.returning:Returning._return"), an_offer, dead=1),
    Crash("dead letter put back", Point("adapter.messaging.publishing:Publisher.put_back", "after"), an_offer, dead=1),
    Crash("dead letter settled", Point("adapter.intake.returning:Returning._until_settled"), an_offer, dead=1),
)
STARTING_AND_STOPPING = (
    Crash("started after topology", Point("adapter.messaging.topology:Topology.prepare", "after")),
    Crash("started consuming", Point("adapter.messaging.consuming:Consumers.start", "after")),
    Crash("stopped consuming", Point("adapter.messaging.consuming:Consumers.stop_consuming", "after"), stops=True),
    Crash("stopped, all handled", Point("adapter.intake.telling:Telling.until_answered"), stops=True),
    Crash("stopped, all published", Point("adapter.messaging.consuming:Consumers.close", call=2), stops=True),
)
POINTS = (*INTAKE, *RELAY, *REPLAY, *CLEANING, *DEAD_LETTERS, *STARTING_AND_STOPPING)
