WITH taken AS (
    UPDATE number_series SET highest = highest + 100 RETURNING highest - 100 AS base
), made AS MATERIALIZED (
    SELECT i, base + i AS n, (lpad(to_hex(base + i), 32, '0'))::uuid AS id FROM taken, generate_series(1, 100) AS i
), entered AS (
    INSERT INTO orders (id, number, numbering, sequence_number, type, date, customer, currency, exchange_rate, net,
        total, confirmation, fulfilment, hold, acknowledgement, stage, version, position, credit_account,
        credit_amount, explanation)
    SELECT made.id, 'F-' || n, numbering, n, type, date, customer, currency, exchange_rate, net,
        total, confirmation, fulfilment, hold, acknowledgement, stage, version, position, credit_account,
        credit_amount, explanation
    FROM sample_orders JOIN made USING (i)
), with_lines AS (
    INSERT INTO order_lines (order_id, line, kind, item, uom, quantity, unit_price, net, vat, delivery_on)
    SELECT made.id, line, kind, item, uom, quantity, unit_price, net, vat, delivery_on
    FROM sample_lines JOIN made USING (i)
), with_origins AS (
    INSERT INTO order_origins (order_id, kind, source, type, number, version)
    SELECT made.id, kind, source, type, 'F-' || n, version FROM sample_origins JOIN made USING (i)
), told AS (
    INSERT INTO events (event_id, order_id, position, type, subject, body, correlation_id, sent_at)
    SELECT made.id, made.id, position, type, 'F-' || n, body, 'F-' || n, now() FROM sample_events JOIN made USING (i)
), numbered AS (
    INSERT INTO numbers (numbering, period_start, number, formatted, order_date, order_id)
    SELECT numbering, period_start, n, 'F-' || n, order_date, made.id FROM sample_numbers JOIN made USING (i)
), booked AS (
    INSERT INTO offers (id, source, type, number, version, customer, currency)
    SELECT made.id, source, type, 'F-' || n, version, customer, currency FROM sample_offers JOIN made USING (i)
), booked_lines AS (
    INSERT INTO offer_lines (offer_id, version, line, item, offered, converted, beyond)
    SELECT made.id, version, line, item, offered, converted, beyond FROM sample_offer_lines JOIN made USING (i)
), reserved AS (
    UPDATE credit_accounts a SET reserved = a.reserved + s.added FROM sample_credit s WHERE s.code = a.code
)
INSERT INTO inbox (source, message_id, type, body, structured, outcome, answer)
SELECT source, 'F-' || n, type, body, structured, outcome, answer FROM sample_inbox JOIN made USING (i);
