def handler(event, context):
    target = event["queryStringParameters"]["next"]
    if target == "home":
        return {"statusCode": 302, "headers": {"Location": "https://shop.example/" + target}}
    return {"statusCode": 302, "headers": {"Location": target}}  # expect: SAS-1.15 `event["queryStringParameters"]["next"]` reaches the `Location` header as an address that a browser is sent to: a link to your domain ends at a page of the attacker
