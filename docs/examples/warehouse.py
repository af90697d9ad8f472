"""A warehouse in a few lines: takes the events of orders, drops repeats, and prints what each says."""

import json
import os
import sys

import pika

namespace = os.environ.get("ORDER_ADAPTER_NAMESPACE", "customer-orders")
broker = os.environ.get("ORDER_ADAPTER_BROKER_URL", "amqp://guest:guest@127.0.0.1:5672/")
queue = sys.argv[1] if sys.argv[1:] else "warehouse"
done = set()  # in a real system a table, written in the transaction that does the work


def take(channel, method, properties, body):
    event = json.loads(body)
    if event["id"] not in done:
        order = event["data"]["order"]
        print(order["number"], event["data"]["position"], event["type"], order["stage"], flush=True)
        done.add(event["id"])
    channel.basic_ack(method.delivery_tag)


channel = pika.BlockingConnection(pika.URLParameters(broker)).channel()
arguments = {"x-queue-type": "quorum", "x-expires": 86_400_000}  # gone after a day unused: leave that out for real
channel.queue_declare(queue, durable=True, arguments=arguments)
channel.queue_bind(queue, f"{namespace}.events", "order.*")
channel.basic_qos(prefetch_count=100)
channel.basic_consume(queue, take)
print("waiting", flush=True)
channel.start_consuming()
