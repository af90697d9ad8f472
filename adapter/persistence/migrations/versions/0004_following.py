"""When the newest message of a supplier order was sent: nothing older is followed."""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

UPGRADE = (
    "ALTER TABLE supplier_orders ADD COLUMN sent_at timestamptz",
    "COMMENT ON COLUMN supplier_orders.content IS"
    " 'what customer orders were made of it with, or followed last, to tell when it diverges'",
    "COMMENT ON COLUMN supplier_orders.sent_at IS"
    " 'when the newest message with this content was sent; null: it did not say'",
)
DOWNGRADE = (
    "ALTER TABLE supplier_orders DROP COLUMN sent_at",
    "COMMENT ON COLUMN supplier_orders.content IS"
    " 'what customer orders were made of it with, to tell when it diverges'",
)


def upgrade() -> None:
    for statement in UPGRADE:
        op.execute(statement)


def downgrade() -> None:
    for statement in DOWNGRADE:
        op.execute(statement)
