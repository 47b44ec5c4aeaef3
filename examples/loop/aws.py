"""A stand-in for AWS on this machine, for the time of one command.

python3 aws.py COMMAND ARGUMENT…

Starts moto, a server that speaks as AWS does (`pip install 'moto[server]'`), makes the table and the queue of the
shop, and runs the command with the variables that the function has in its template. Nothing leaves this machine.
"""

import logging
import os
import subprocess
import sys

import boto3
from moto.server import ThreadedMotoServer


def main():
    # What is asked of the stand-in is nobody's concern here.
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    # What an account needs nobody needs here.
    environment = {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_REGION": "eu-west-1",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
    }
    os.environ.update(environment)
    boto3.client("dynamodb").create_table(
        TableName="Orders",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )
    queue = boto3.client("sqs").create_queue(QueueName="Shipments")["QueueUrl"]
    os.environ.update(TABLE="Orders", QUEUE_URL=queue)
    try:
        return subprocess.run(sys.argv[1:], check=False).returncode
    finally:
        server.stop()


if __name__ == "__main__":
    sys.exit(main())
