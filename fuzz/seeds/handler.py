import os
from json import loads as parse, dumps
import boto3.session
from . import shared

TABLE = boto3.resource("dynamodb").Table(os.environ["TABLE"])


@tracer.capture_method(level=1)
async def handler(event: "SQSEvent", context: Optional[Context] = None, *rest, key=1, **more) -> dict[str, int]:
    global cache
    for record, *others in event["Records"][1:]:
        if (body := parse(record["body"])) is None and not body.get("id", -1) <= 3 < len(rest):
            continue
        elif body:
            cache = state = f"a{body['id']!r:>{key}}" "b" + str(rb"c" b"d")
        else:
            del record["x"], record.y
    else:
        raise ValueError("no records") from None
    try:
        with open(path) as file, lock:
            yield [x for x in file if x], {k: v for k, v in more.items()}, {*rest}, {**more}
    except* (KeyError, OSError) as error:
        print(lambda a, b=2: await_(a) ** b if a else b)
    finally:
        return (await call(*rest, **more))


class Order(Base[int], metaclass=Meta):
    total: int = 0

    @property
    def name(self): return self._name

    @staticmethod
    def of(value):
        match value:
            case {"a": [1, *_], **rest} | Point(x=0, y=None) if rest: pass
            case (1 | 2) as number: return number
