"""Events that are sent again when somebody asks for it."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

UPGRADE = (
    "ALTER TABLE events ADD COLUMN replayed_at timestamptz",
    "COMMENT ON COLUMN events.replayed_at IS 'when it was last asked to be sent again; it waits while sent_at is null'",
    "DROP INDEX events_unsent",
    "CREATE INDEX events_unsent ON events (id) WHERE sent_at IS NULL AND replayed_at IS NULL",
    "CREATE INDEX events_to_replay ON events (id) WHERE sent_at IS NULL AND replayed_at IS NOT NULL",
    "CREATE INDEX events_by_time ON events USING brin (created_at)",
)
DOWNGRADE = (
    "DROP INDEX events_by_time",
    "DROP INDEX events_to_replay",
    "DROP INDEX events_unsent",
    "UPDATE events SET sent_at = now() WHERE sent_at IS NULL AND replayed_at IS NOT NULL",
    "CREATE INDEX events_unsent ON events (id) WHERE sent_at IS NULL",
    "ALTER TABLE events DROP COLUMN replayed_at",
)


def upgrade() -> None:
    for statement in UPGRADE:
        op.execute(statement)


def downgrade() -> None:
    for statement in DOWNGRADE:
        op.execute(statement)
