"""The usual way: the same job as a competent team would write it with FastStream and SQLAlchemy's ORM.

The same tables, the same pure rules and the same events as the adapter's; a typed handler, one session and one
transaction a message, a query where something is needed, and an outbox that is sent after the commit. It does its job
properly; it is here to compare with, so it is left as it is.
"""
