"""What is kept for how long, what was erased, and the digest of what waits."""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

UPGRADE = (
    "ALTER TABLE inbox ADD COLUMN whole boolean NOT NULL DEFAULT true",
    "COMMENT ON COLUMN inbox.whole IS 'false: the body is an imprint, enough to know the message again'",
    "CREATE INDEX inbox_whole ON inbox (handled_at) WHERE whole",
    "ALTER TABLE events ADD COLUMN whole boolean NOT NULL DEFAULT true",
    "COMMENT ON COLUMN events.whole IS 'false: the order in the body was cleaned away; never sent again'",
    """
    CREATE TABLE cleaned (
        what text PRIMARY KEY,
        up_to bigint NOT NULL
    )
    """,
    "COMMENT ON TABLE cleaned IS 'up to which event a cleanup has come'",
    """
    CREATE TABLE erasures (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        customer text NOT NULL,
        actor text NOT NULL,
        reason text NOT NULL,
        began_at timestamptz NOT NULL DEFAULT now(),
        ended_at timestamptz,
        erased jsonb NOT NULL DEFAULT '{}'
    )
    """,
    "COMMENT ON TABLE erasures IS 'whose personal data was erased, by whom, why, and in how many rows of what'",
    """
    CREATE TABLE digest (
        only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
        sent_at timestamptz,
        tried_at timestamptz,
        messages bigint[] NOT NULL DEFAULT '{}',
        holds bigint[] NOT NULL DEFAULT '{}'
    )
    """,
    "COMMENT ON TABLE digest IS 'when the last mail of what waits went, and what it told of; its row is claimed first'",
    "INSERT INTO digest DEFAULT VALUES",
    "CREATE INDEX orders_held ON orders (hold) WHERE hold IN ('blocked', 'awaiting_approval')",
)
DOWNGRADE = (
    "DROP INDEX orders_held",
    "DROP TABLE digest",
    "DROP TABLE erasures",
    "DROP TABLE cleaned",
    "ALTER TABLE events DROP COLUMN whole",
    "DROP INDEX inbox_whole",
    "ALTER TABLE inbox DROP COLUMN whole",
)


def upgrade() -> None:
    for statement in UPGRADE:
        op.execute(statement)


def downgrade() -> None:
    for statement in DOWNGRADE:
        op.execute(statement)
