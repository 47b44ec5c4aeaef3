import boto3

bedrock = boto3.client("bedrock-runtime")


def handler(event, context):
    return bedrock.converse(
        modelId="a-model",
        system=[{"text": "You answer questions about orders"}],
        messages=[{"role": "user", "content": [{"text": "Which orders are open?"}]}],
    )
