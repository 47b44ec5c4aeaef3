from schemas import Order


def handler(event, context):
    order = Order.model_validate_json(event["body"])
    return {"statusCode": 200, "body": str(order.count)}
