import os

import boto3

orders = boto3.resource("dynamodb").Table(os.environ["TABLE"])


def handler(event, context):
    orders.put_item(Item={"id": context.aws_request_id})
    # Near miss above: that call is allowed.
    orders.delete_item(Key={"id": "0"}) # expect: SAS-4.32 the role of `TakeOrder` does not allow `dynamodb:DeleteItem` on `arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${Orders}`, which it needs: `delete_item` of `dynamodb`
