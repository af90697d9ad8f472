-- The rows of a hundred orders that were entered, to be written again and again; then the tables are empty.
CREATE TABLE sample AS
    SELECT row_number() OVER (ORDER BY sequence_number)::int AS i, id FROM orders ORDER BY sequence_number LIMIT 100;
CREATE TABLE sample_orders AS SELECT s.i, o.* FROM sample s JOIN orders o USING (id);
CREATE TABLE sample_lines AS SELECT s.i, l.* FROM sample s JOIN order_lines l ON l.order_id = s.id;
CREATE TABLE sample_origins AS SELECT s.i, n.* FROM sample s JOIN order_origins n ON n.order_id = s.id;
CREATE TABLE sample_events AS SELECT s.i, e.* FROM sample s JOIN events e ON e.order_id = s.id;
CREATE TABLE sample_numbers AS SELECT s.i, n.* FROM sample s JOIN numbers n ON n.order_id = s.id;
CREATE TABLE sample_offers AS
    SELECT n.i, f.* FROM sample_origins n JOIN offers f USING (source, type, number);
CREATE TABLE sample_offer_lines AS
    SELECT f.i, l.* FROM sample_offers f JOIN offer_lines l ON l.offer_id = f.id;
CREATE TABLE sample_inbox AS
    SELECT e.i, m.* FROM sample_events e JOIN inbox m ON m.message_id = e.correlation_id;
CREATE TABLE sample_credit AS
    SELECT credit_account AS code, sum(credit_amount) AS added FROM sample_orders GROUP BY 1;
ALTER TABLE sample_inbox ALTER COLUMN body SET STORAGE EXTERNAL;
TRUNCATE orders, events, numbers, offers, offer_lines, inbox CASCADE;
UPDATE number_series SET highest = 0;
VACUUM ANALYZE sample_orders, sample_lines, sample_origins, sample_events, sample_numbers, sample_offers,
    sample_offer_lines, sample_inbox, sample_credit;
