"""Registries, messages, offers, numbers, orders and their events."""

from __future__ import annotations

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

REGISTRY = """
CREATE TABLE registry (
    kind text NOT NULL,
    key text NOT NULL,
    revision bigint NOT NULL,
    entry jsonb,
    scope text,
    version bigint NOT NULL,
    PRIMARY KEY (kind, key)
);
CREATE INDEX registry_by_scope ON registry (kind, scope) WHERE scope IS NOT NULL;
CREATE INDEX registry_by_version ON registry (version);
CREATE INDEX registry_item_barcodes ON registry USING gin ((entry -> 'barcodes') jsonb_path_ops) WHERE kind = 'item';
CREATE INDEX registry_item_suppliers ON registry USING gin ((entry -> 'suppliers') jsonb_path_ops) WHERE kind = 'item';
CREATE INDEX registry_customer_companies ON registry USING gin ((entry -> 'companies') jsonb_path_ops)
    WHERE kind = 'customer';
CREATE INDEX registry_customer_destinations ON registry USING gin
    (jsonb_path_query_array(entry, '$.recipients[*].destinations[*].code') jsonb_path_ops) WHERE kind = 'customer';
COMMENT ON COLUMN registry.entry IS 'null: retired';
COMMENT ON COLUMN registry.scope IS 'what a decision looks entries up by when it is not their key';
CREATE TABLE registry_version (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    version bigint NOT NULL
);
COMMENT ON TABLE registry_version IS 'raised by every change, under its row lock: one read proves a cache fresh';
INSERT INTO registry_version (version) VALUES (0)
"""

MESSAGES = """
CREATE TABLE inbox (
    source text NOT NULL,
    message_id text NOT NULL,
    type text NOT NULL,
    body bytea NOT NULL,
    structured boolean NOT NULL,
    outcome text NOT NULL,
    answer bytea NOT NULL,
    handled_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (source, message_id)
);
ALTER TABLE inbox ALTER COLUMN body SET STORAGE EXTERNAL;
CREATE TABLE parked (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source text NOT NULL,
    message_id text NOT NULL,
    type text,
    queue text NOT NULL,
    state text NOT NULL CHECK (state IN ('waiting', 'parked', 'refused', 'replayed', 'discarded')),
    codes text[] NOT NULL,
    reasons bytea NOT NULL,
    body bytea NOT NULL,
    body_hash bytea NOT NULL,
    properties bytea NOT NULL,
    awaits text[] NOT NULL DEFAULT '{}',
    registry_version bigint NOT NULL DEFAULT 0,
    attempts integer NOT NULL DEFAULT 1,
    first_seen timestamptz NOT NULL DEFAULT now(),
    last_seen timestamptz NOT NULL DEFAULT now(),
    actor text,
    note text,
    UNIQUE (source, message_id, body_hash)
);
CREATE INDEX parked_waiting ON parked (registry_version) WHERE state = 'parked' AND awaits <> '{}';
CREATE INDEX parked_unsettled ON parked (state) WHERE state IN ('waiting', 'parked') AND awaits <> '{}';
CREATE INDEX parked_by_state ON parked (state, last_seen)
"""

OFFERS = """
CREATE TABLE offers (
    id uuid PRIMARY KEY,
    source text NOT NULL,
    type text NOT NULL,
    number text NOT NULL,
    version integer NOT NULL,
    customer text NOT NULL,
    currency text NOT NULL,
    UNIQUE (number, type, source)
);
COMMENT ON COLUMN offers.version IS 'the version that customer orders were made of last';
CREATE TABLE offer_lines (
    offer_id uuid NOT NULL,
    version integer NOT NULL,
    line numeric NOT NULL,
    item text,
    offered numeric NOT NULL,
    converted numeric NOT NULL,
    beyond numeric NOT NULL DEFAULT 0 CHECK (beyond >= 0),
    PRIMARY KEY (offer_id, version, line),
    CONSTRAINT never_more_than_offered CHECK (converted BETWEEN 0 AND offered)
);
COMMENT ON COLUMN offer_lines.beyond IS 'what conversion = all converted again, on record'
"""

SUPPLIER_ORDERS = """
CREATE TABLE supplier_orders (
    id uuid PRIMARY KEY,
    source text NOT NULL,
    number text NOT NULL,
    content bytea NOT NULL,
    UNIQUE (number, source)
);
COMMENT ON COLUMN supplier_orders.content IS 'what customer orders were made of it with, to tell when it diverges';
CREATE TABLE supplier_order_lines (
    supplier_order_id uuid NOT NULL REFERENCES supplier_orders (id),
    line numeric NOT NULL,
    bought numeric NOT NULL,
    linked numeric NOT NULL,
    PRIMARY KEY (supplier_order_id, line),
    CONSTRAINT never_more_than_bought CHECK (linked BETWEEN 0 AND bought)
)
"""

ORDERS = """
CREATE TABLE orders (
    id uuid PRIMARY KEY,
    number text NOT NULL,
    numbering text NOT NULL,
    sequence_number bigint NOT NULL,
    type text NOT NULL,
    date date NOT NULL,
    customer text NOT NULL,
    currency text NOT NULL,
    exchange_rate numeric NOT NULL,
    net numeric NOT NULL,
    total numeric NOT NULL CHECK (total >= 0),
    confirmation text NOT NULL,
    fulfilment text NOT NULL,
    hold text NOT NULL,
    acknowledgement text NOT NULL,
    stage text NOT NULL,
    version integer NOT NULL,
    position integer NOT NULL,
    entered_at timestamptz NOT NULL DEFAULT now(),
    credit_account text NOT NULL,
    credit_amount numeric NOT NULL DEFAULT 0,
    explanation bytea
);
CREATE INDEX orders_by_number ON orders (number);
CREATE INDEX orders_by_date ON orders (date, number);
CREATE INDEX orders_by_customer ON orders (customer, date);
CREATE INDEX orders_counting ON orders (credit_account) WHERE credit_amount <> 0;
COMMENT ON COLUMN orders.credit_amount IS 'reserved of the limit, in company currency; 0 where it does not count';
CREATE TABLE credit_accounts (
    code text PRIMARY KEY,
    reserved numeric NOT NULL DEFAULT 0
);
CREATE TABLE order_lines (
    order_id uuid NOT NULL REFERENCES orders (id),
    line numeric NOT NULL,
    kind text NOT NULL,
    item text,
    uom text,
    quantity numeric,
    fulfilled_quantity numeric NOT NULL DEFAULT 0,
    closed_quantity numeric NOT NULL DEFAULT 0,
    unit_price numeric,
    net numeric NOT NULL,
    vat numeric NOT NULL,
    delivery_on date,
    PRIMARY KEY (order_id, line)
);
CREATE TABLE supplier_order_links (
    supplier_order_id uuid NOT NULL,
    line numeric NOT NULL,
    order_id uuid NOT NULL REFERENCES orders (id),
    order_line numeric NOT NULL,
    quantity numeric NOT NULL CHECK (quantity > 0),
    PRIMARY KEY (supplier_order_id, line, order_id, order_line),
    FOREIGN KEY (supplier_order_id, line) REFERENCES supplier_order_lines (supplier_order_id, line)
);
CREATE INDEX supplier_order_links_by_order ON supplier_order_links (order_id);
COMMENT ON TABLE supplier_order_links IS 'so much of a supplier order''s line was bought for this line of an order';
CREATE TABLE order_explanations (
    order_id uuid NOT NULL REFERENCES orders (id),
    version integer NOT NULL,
    explanation bytea NOT NULL,
    PRIMARY KEY (order_id, version)
);
COMMENT ON TABLE order_explanations IS 'why values were what they were in versions before the present one';
CREATE TABLE fulfilments (
    order_id uuid NOT NULL REFERENCES orders (id),
    kind text NOT NULL,
    number text NOT NULL,
    year integer NOT NULL,
    date date NOT NULL,
    lines bytea NOT NULL,
    reported_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (order_id, kind, number, year)
);
COMMENT ON TABLE fulfilments IS 'documents of the warehouse, each counted once for an order';
CREATE TABLE order_origins (
    order_id uuid NOT NULL REFERENCES orders (id),
    kind text NOT NULL,
    source text NOT NULL,
    type text NOT NULL DEFAULT '',
    number text NOT NULL,
    version integer,
    PRIMARY KEY (order_id, kind, number, type, source)
);
CREATE INDEX order_origins_by_number ON order_origins (number, kind);
CREATE TABLE events (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    event_id uuid NOT NULL,
    order_id uuid,
    position integer,
    type text NOT NULL,
    subject text,
    body bytea NOT NULL,
    correlation_id text,
    created_at timestamptz NOT NULL DEFAULT now(),
    sent_at timestamptz,
    UNIQUE (order_id, position)
);
CREATE INDEX events_unsent ON events (id) WHERE sent_at IS NULL
"""

NUMBERS = """
CREATE TABLE numbers (
    numbering text NOT NULL,
    period_start date NOT NULL,
    number bigint NOT NULL,
    formatted text,
    order_date date NOT NULL,
    order_id uuid,
    PRIMARY KEY (numbering, period_start, number)
);
COMMENT ON COLUMN numbers.order_id IS 'null: taken over from another system';
CREATE UNIQUE INDEX numbers_formatted_once ON numbers (numbering, formatted) WHERE formatted IS NOT NULL;
CREATE TABLE number_series (
    numbering text NOT NULL,
    period_start date NOT NULL,
    range_start bigint NOT NULL,
    range_end bigint,
    derived boolean NOT NULL DEFAULT false,
    highest bigint,
    latest date,
    gaps bytea NOT NULL DEFAULT '[]',
    PRIMARY KEY (numbering, period_start, range_start)
);
COMMENT ON TABLE number_series IS 'a row a range and period, locked while numbers are drawn; derived from numbers'
"""

# The default compression of these takes more than a third of the time that PostgreSQL spends on an order.
COMPRESSION = """
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_settings WHERE name = 'default_toast_compression' AND 'lz4' = ANY (enumvals)) THEN
        ALTER TABLE events ALTER COLUMN body SET COMPRESSION lz4;
        ALTER TABLE orders ALTER COLUMN explanation SET COMPRESSION lz4;
        ALTER TABLE order_explanations ALTER COLUMN explanation SET COMPRESSION lz4;
        ALTER TABLE supplier_orders ALTER COLUMN content SET COMPRESSION lz4;
    END IF;
END $$
"""


def upgrade() -> None:
    for part in (REGISTRY, MESSAGES, OFFERS, SUPPLIER_ORDERS, ORDERS, NUMBERS):
        for statement in part.split(";\n"):
            op.execute(statement)
    op.execute(COMPRESSION)


def downgrade() -> None:
    for table in (
        "number_series",
        "numbers",
        "events",
        "order_origins",
        "supplier_order_links",
        "order_explanations",
        "fulfilments",
        "order_lines",
        "credit_accounts",
        "orders",
        "supplier_order_lines",
        "supplier_orders",
        "offer_lines",
        "offers",
        "parked",
        "inbox",
        "registry_version",
        "registry",
    ):
        op.execute(f"DROP TABLE {table}")
