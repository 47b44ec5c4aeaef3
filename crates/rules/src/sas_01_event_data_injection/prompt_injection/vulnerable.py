import json

import boto3

bedrock = boto3.client("bedrock-runtime")


def handler(event, context):
    name = event["queryStringParameters"]["name"]
    return bedrock.converse(  # expect: SAS-1.27 `event["queryStringParameters"]["name"]` reaches `boto3.bedrock-runtime.converse` as an instruction to a language model: whoever sends it decides what the model says and does
        modelId="a-model",
        system=[{"text": "You answer questions of " + name}],
        messages=[{"role": "user", "content": [{"text": "Which orders are open?"}]}],
    )
