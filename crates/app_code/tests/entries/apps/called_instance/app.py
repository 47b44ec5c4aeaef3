import json
import os


class Base:
    def __call__(self, event, context):
        body = json.loads(event["body"])
        return self.run(body, event["requestContext"]["requestId"])


class Tool(Base):
    def run(self, body, request):
        os.system("convert " + body["name"])  # expect: command attacker
        os.system("log " + request)
        return {"statusCode": 200}


handler = Tool()
