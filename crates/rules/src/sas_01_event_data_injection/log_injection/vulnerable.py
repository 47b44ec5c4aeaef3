def handler(event, context):
    name = event["queryStringParameters"]["name"]
    print("order of", int(event["queryStringParameters"]["id"]))
    print("order of " + name)  # expect: SAS-1.22 `event["queryStringParameters"]["name"]` reaches `print` as a line of the log: line breaks in it write lines that never happened
