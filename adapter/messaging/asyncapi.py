"""The contract as AsyncAPI 3.0, generated from the messages and the topology (contract 8)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any, Final

from adapter.messaging.envelope import CONTENT_TYPE, write
from adapter.messaging.topology import INBOUND, Topology
from schemas.catalog import EVENTS, MESSAGES, data_schema, example, json_schema
from schemas.events import Answer
from schemas.message import Shape

Document = dict[str, Any]

_ANSWERS: Final = "answers"
_BINDING: Final = "0.3.0"
_DRAFT: Final = "#/components/schemas/"


def asyncapi(topology: Topology, version: str, broker_address: str) -> Document:
    """What we take and send, as one document. `broker_address` is host:port, without who connects."""
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "Customer order adapter", "version": version, "description": _DESCRIPTION},
        "defaultContentType": CONTENT_TYPE,
        "servers": {"rabbitmq": {"host": broker_address, "protocol": "amqp", "protocolVersion": "0.9.1"}},
        "channels": dict(_channels(topology)),
        "operations": dict(_operations()),
        "components": {"messages": dict(_messages()), "schemas": dict(_schemas())},
    }


_DESCRIPTION: Final = (
    "Turns accepted offers and supplier orders into customer orders. Messages are CloudEvents 1.0 in structured mode. "
    "At least once; per order in the order of `position`; receivers drop a repeated id."
)


def _routing_key(message_type: str) -> str:
    return message_type.rpartition(".")[0]


def _channels(topology: Topology) -> Iterator[tuple[str, Document]]:
    queues = {key: topology.names.queue(part) for part, key in INBOUND.items()}
    for message_type in MESSAGES:
        key = _routing_key(message_type)
        told = f"Publish to the exchange with this routing key, or straight to the queue {queues[key]}."
        yield key, _channel(message_type, topology.names.inbound, told)
    for message_type in EVENTS:
        told = "Bind a queue of your own to the exchange with this routing key."
        yield _routing_key(message_type), _channel(message_type, topology.names.events, told)
    yield (
        _ANSWERS,
        {
            "address": None,
            "description": "The queue that the message names in reply_to.",
            "messages": {"answer": {"$ref": "#/components/messages/answer"}},
        },
    )


def _channel(message_type: str, exchange: str, told: str) -> Document:
    properties = {"name": exchange, "type": "topic", "durable": True, "autoDelete": False, "vhost": "/"}
    return {
        "address": _routing_key(message_type),
        "description": told,
        "messages": {message_type: {"$ref": f"#/components/messages/{message_type}"}},
        "bindings": {"amqp": {"is": "routingKey", "exchange": properties, "bindingVersion": _BINDING}},
    }


def _operations() -> Iterator[tuple[str, Document]]:
    for message_type in MESSAGES:
        taken = _operation("receive", message_type)
        yield f"take-{_routing_key(message_type)}", taken | {"reply": _REPLY}
    for message_type in EVENTS:
        yield f"send-{_routing_key(message_type)}", _operation("send", message_type)


def _operation(action: str, message_type: str) -> Document:
    channel = f"#/channels/{_routing_key(message_type)}"
    return {
        "action": action,
        "channel": {"$ref": channel},
        "messages": [{"$ref": f"{channel}/messages/{message_type}"}],
    }


_REPLY: Final = {
    "address": {"location": "$message.header#/replyTo", "description": "the AMQP property reply_to"},
    "channel": {"$ref": f"#/channels/{_ANSWERS}"},
    "messages": [{"$ref": f"#/channels/{_ANSWERS}/messages/answer"}],
}


def _messages() -> Iterator[tuple[str, Document]]:
    for message_type, model in (*MESSAGES.items(), *EVENTS.items()):
        yield (
            message_type,
            {
                "name": message_type,
                "contentType": CONTENT_TYPE,
                "payload": _payload(message_type, model),
                "examples": [{"name": message_type, "payload": json.loads(write(example(message_type)))}],
            },
        )
    yield "answer", {"name": "answer", "contentType": "application/json", "payload": _ref(Answer.__name__)}


def _payload(message_type: str, model: type[Shape]) -> Document:
    """The envelope; its data stands among the components, as several types share it."""
    schema = json_schema(message_type)
    kept = {name: schema[name] for name in ("title", "type", "required", "properties")}
    return kept | {"properties": {**schema["properties"], "data": _ref(model.__name__)}}


def _ref(name: str) -> Document:
    return {"$ref": _DRAFT + name}


def _schemas() -> Iterator[tuple[str, Document]]:
    for model in _distinct((*MESSAGES.values(), *EVENTS.values(), Answer)):
        schema = _moved(data_schema(model), f"{model.__name__}.")
        parts = schema.pop("$defs", {})
        yield model.__name__, schema
        for name, part in parts.items():
            yield f"{model.__name__}.{name}", part


def _distinct(models: Iterable[type[Shape]]) -> list[type[Shape]]:
    return list(dict.fromkeys(models))


def _moved(schema: Document, prefix: str) -> Document:
    """The schema with references to its own definitions turned into references to components."""
    moved: Document = json.loads(json.dumps(schema).replace('"#/$defs/', f'"{_DRAFT}{prefix}'))
    return moved
