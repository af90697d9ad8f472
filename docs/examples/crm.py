"""A CRM in a few lines: sends the message in a file and prints what became of it."""

import json
import os
import sys
from pathlib import Path

import pika

namespace = os.environ.get("ORDER_ADAPTER_NAMESPACE", "customer-orders")
broker = os.environ.get("ORDER_ADAPTER_BROKER_URL", "amqp://guest:guest@127.0.0.1:5672/")
message = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))

channel = pika.BlockingConnection(pika.URLParameters(broker)).channel()
channel.confirm_delivery()  # the broker has it, or this program fails
answers = channel.queue_declare("", exclusive=True).method.queue
channel.basic_publish(
    exchange=f"{namespace}.inbound",
    routing_key="offer.accepted",
    body=json.dumps(message).encode(),
    properties=pika.BasicProperties(
        content_type="application/cloudevents+json",
        delivery_mode=2,
        reply_to=answers,
        correlation_id=message["id"],
    ),
    mandatory=True,
)
for _, properties, body in channel.consume(answers, auto_ack=True, inactivity_timeout=30):
    print(properties.correlation_id, body.decode()) if properties else print("no answer in time: send it again")
    break
