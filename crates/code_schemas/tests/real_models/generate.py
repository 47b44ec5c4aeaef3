"""Random models and schemas, and which of many values they take, as the real libraries say.

Writes one JSON object a line: {"kind", "code", "taken": [texts of JSON], "refused": [...]}. `code` is a
module whose `handler` checks `event["body"]`. Run with pydantic 1 or 2 and aws-lambda-powertools.
"""

import decimal
import json
import random
import sys
import warnings

import pydantic

warnings.simplefilter("ignore")
IS_NEW = pydantic.VERSION.startswith("2")
SEED, COUNT = int(sys.argv[1]), int(sys.argv[2])
rng = random.Random(SEED)

ODD = [
    None, True, False, 0, 1, -1, 2, 5, 7, 10, 99, 100, 101, 1.0, 0.5, 1.5, 2.0, -0.5, 99.5, 100.5, 1e300, 10**30,
    "", " ", "x", "abc", "ABC", "a" * 40, "1", "1.0", "0", " 1 ", "1_0", "\u0967", "+1", "-5", "1e3", "inf", "nan",
    "0x10", "1,000", "true", "TRUE", "T", "off", "No", "2020-01-01", "2020-01-01T00:00:00Z", "2020-01-01 00:00",
    "2020-01-01T00:00:00.123456+02:00", "10:00", "10:00:00.5", "P1DT2H", "1 day, 00:00:10", "1577836800", "-1.5",
    "12345678-1234-5678-1234-567812345678", "12345678123456781234567812345678",
    "urn:uuid:12345678-1234-5678-1234-567812345678", "{12345678-1234-5678-1234-567812345678}",
    "a@example.com", "A B <a@example.com>", " a@example.com ", "j\u00fcrgen@example.com", "http://example.com/a?b#c",
    "1.2.3.4", "::1", "red", "Red", "red\n", "new", "abc\n", "123", "123\n", "12-ab", "\u0661\u0662\u0663", "a.b", "\x1f1", "1\x85",
    [], [1], ["1", 2], ["x", "y"], [1, 1], [1, 2, 3, 4], [None], [[1, 2]], [["a", 1]], ["ab"], [{}],
    {}, {"a": 1}, {"a": "x"}, {"a": None}, {"a": [1]}, {"x": {"y": 1}}, {"1": 1},
]

PATTERNS = [r"^[A-Z]+$", r"^\d{3}$", r"\d", r"^[a-z]+-\d+$", r"^\w+$", r"^[^@ ]+@[^@ ]+$", r"a.c", r"^(red|new)$", r"^\s*x"]


class Source:
    """Classes of one module, as text."""

    def __init__(self):
        self.parts, self.names = [], []

    def add(self, name, text):
        self.parts.append(text)
        self.names.append(name)


def limits_of_number():
    words = []
    if rng.random() < 0.6:
        words.append(f"{rng.choice(['gt', 'ge'])}={rng.choice([0, 1, 5, -1, 0.5])}")
    if rng.random() < 0.5:
        words.append(f"{rng.choice(['lt', 'le'])}={rng.choice([10, 100, 99.5])}")
    if rng.random() < 0.2:
        words.append("multiple_of=5")
    return words


def limits_of_text():
    words = []
    if rng.random() < 0.5:
        words.append(f"min_length={rng.choice([0, 1, 3])}")
    if rng.random() < 0.5:
        words.append(f"max_length={rng.choice([3, 10, 36])}")
    if rng.random() < 0.5:
        words.append(f"{'pattern' if IS_NEW else 'regex'}={rng.choice(PATTERNS)!r}")
    return words


def limits_of_list():
    low, high = ("min_length", "max_length") if IS_NEW else ("min_items", "max_items")
    return [f"{low}={rng.choice([0, 1, 2])}", f"{high}={rng.choice([2, 4])}"][: rng.randint(1, 2)]


PLAIN = [
    "int", "int", "str", "str", "float", "bool", "bytes", "Decimal", "datetime", "date", "time", "timedelta", "UUID",
    "EmailStr", "HttpUrl", "IPv4Address", "Any", "dict", "list", "PositiveInt", "NonNegativeFloat", "StrictStr",
    "StrictInt", "StrictBool", "SecretStr", "Path", "set",
]


def type_of(source, depth):
    """A declared type."""
    roll = rng.random()
    if depth <= 0 or roll < 0.45:
        if rng.random() < 0.12:
            return rng.choice(["Literal['new', 'red']", "Literal[1, 2]", "Literal[True]", "Literal['x', 1, None]"])
        if rng.random() < 0.12:
            return rng.choice(["Color", "Number", "Level", "Mixed"])
        return rng.choice(PLAIN)
    inner = lambda: type_of(source, depth - 1)
    if roll < 0.52:
        return f"Optional[{inner()}]"
    if roll < 0.57:
        return f"Union[{inner()}, {inner()}]"
    if roll < 0.60 and IS_NEW:
        return f"{inner()} | None"
    if roll < 0.68:
        return f"{rng.choice(['List', 'list', 'Set', 'FrozenSet']) if rng.random() < 0.4 else 'List'}[{inner()}]"
    if roll < 0.73:
        return f"Dict[str, {inner()}]"
    if roll < 0.77:
        return f"Tuple[{inner()}, {inner()}]" if rng.random() < 0.7 else f"Tuple[{inner()}, ...]"
    if roll < 0.84:
        words = ", ".join(limits_of_text() + rng.choice([[], [], ["strip_whitespace=True"], ["to_lower=True"]]))
        return f"constr({words})"
    if roll < 0.88:
        return f"conint({', '.join(limits_of_number())})"
    if roll < 0.92 and IS_NEW:
        if rng.random() < 0.5:
            return f"Annotated[int, Field({', '.join(limits_of_number())})]"
        return f"Annotated[str, StringConstraints({', '.join(limits_of_text())})]"
    if roll < 0.94:
        return rng.choice(["Point", "Typed"]) if IS_NEW else "Point"
    return model(source, depth - 1)


def field(source, name, depth):
    declared = type_of(source, depth)
    words = []
    bare = declared.replace("Optional[", "").replace("]", "")
    if rng.random() < 0.5:
        if bare in ("int", "float", "Decimal"):
            words = limits_of_number()
        elif bare == "str":
            words = limits_of_text()
        elif bare.startswith("List["):
            words = limits_of_list()
    if rng.random() < 0.15:
        words.append(f"alias='{name}X'")
    default = rng.random()
    if words or rng.random() < 0.1:
        if default < 0.3:
            words.insert(0, "default=None" if rng.random() < 0.5 else "None")
        elif default < 0.5:
            words.insert(0, "...")
        return f"    {name}: {declared} = Field({', '.join(words)})"
    if default < 0.2:
        return f"    {name}: {declared} = None"
    return f"    {name}: {declared}"


def config():
    words = []
    if rng.random() < 0.4:
        words.append(("extra", rng.choice(["'forbid'", "'ignore'", "'allow'"])))
    if rng.random() < 0.2:
        words.append(("populate_by_name" if IS_NEW else "allow_population_by_field_name", "True"))
    if rng.random() < 0.1:
        words.append(("str_strip_whitespace" if IS_NEW else "anystr_strip_whitespace", "True"))
    if IS_NEW and rng.random() < 0.1:
        words.append(("coerce_numbers_to_str", "True"))
    if rng.random() < 0.05:
        words.append(("alias_generator", "str.upper"))
    if IS_NEW and rng.random() < 0.05:
        words.append(("strict", "True"))
    if not words:
        return []
    if IS_NEW and rng.random() < 0.7:
        return [f"    model_config = ConfigDict({', '.join(f'{k}={v}' for k, v in words)})"]
    return ["    class Config:"] + [f"        {k} = {v}" for k, v in words]


def validators(names):
    if rng.random() > 0.15:
        return []
    name = rng.choice(names)
    if IS_NEW:
        mode = rng.choice(["before", "after", "wrap", "plain"])
        if rng.random() < 0.5:
            more = ", handler" if mode == "wrap" else ""
            return [f"    @field_validator('{name}', mode='{mode}')", "    @classmethod", f"    def check(cls, v{more}): return v"]
        return ["    @model_validator(mode='before')", "    @classmethod", "    def check(cls, v): return v or {}"]
    if rng.random() < 0.5:
        return [f"    @validator('{name}', pre={rng.random() < 0.5}, allow_reuse=True)", "    def check(cls, v): return v"]
    return ["    @root_validator(pre=True, allow_reuse=True)", "    def check(cls, v): return v or {}"]


def model(source, depth):
    """Adds a model and gives its name."""
    name = f"M{len(source.names)}_{rng.randrange(10**6)}"
    base = "BaseModel"
    old = [it for it in source.names if it.startswith("M")]
    if old and rng.random() < 0.25:
        base = rng.choice(old)
    names = [f"f{index}" for index in range(rng.randint(1, 4))]
    lines = [field(source, it, depth) for it in names]
    text = [f"class {name}({base}):"] + config() + lines + validators(names)
    source.add(name, "\n".join(text))
    return name


HEAD = """
import json
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum, IntEnum
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any, Dict, FrozenSet, List, Literal, Optional, Set, Tuple, Union
from uuid import UUID
from pydantic import (BaseModel, EmailStr, Field, HttpUrl, NonNegativeFloat, PositiveInt, SecretStr, StrictBool,
                      StrictInt, StrictStr, conint, constr)
"""
NEW = """
from typing import Annotated
from typing_extensions import NotRequired, TypedDict
from pydantic import ConfigDict, RootModel, StringConstraints, TypeAdapter, field_validator, model_validator
class Typed(TypedDict):
    a: int
    b: NotRequired[str]
"""
OLD = "from pydantic import root_validator, validator\n"
KINDS = """
class Color(str, Enum):
    RED = 'red'
    NEW = 'new'
class Number(Enum):
    ONE = 1
    TWO = 2
class Level(IntEnum):
    LOW = 1
    HIGH = 5
class Mixed(Enum):
    A = 'red'
    B = 1
@dataclass
class Point:
    x: int
    y: float = 0.5
"""
HINT = "from pydantic import ConfigDict as ForNewOnes\n"


ROUTE = """
from aws_lambda_powertools.event_handler import APIGatewayRestResolver
from aws_lambda_powertools.event_handler.openapi.params import Body
app = APIGatewayRestResolver(enable_validation=True)

@app.post("/orders")
def add(order: DECLARED) -> dict:
    return {}

def handler(event, context):
    return app.resolve(event, context)
"""


class Context:
    function_name, memory_limit_in_mb, invoked_function_arn, aws_request_id = "f", 128, "arn", "r"


def answers(handler, value):
    event = {
        "path": "/orders", "httpMethod": "POST", "headers": {"content-type": "application/json"}, "body": json.dumps(value),
        "requestContext": {"stage": "x"}, "isBase64Encoded": False, "queryStringParameters": None,
        "multiValueHeaders": {}, "multiValueQueryStringParameters": None,
    }
    if handler(event, Context())["statusCode"] != 200:
        raise ValueError("refused")


def values(namespace, name, fields):
    """Values that are near to what the model wants, and others."""
    yield from rng.sample(ODD, 12)
    keys = sorted(fields)
    good = {}
    target = namespace[name]
    # Values that the model takes for each field alone are found by trying.
    for _ in range(4):
        for key in keys:
            pool = rng.sample(ODD, len(ODD)) + [compound(2) for _ in range(6)]
            for value in pool:
                if is_taken_alone(target, key, value):
                    good.setdefault(key, []).append(value)
                    break
    for _ in range(60):
        value = {key: rng.choice(good[key]) for key in keys if key in good and rng.random() < 0.95}
        if keys and rng.random() < 0.5:
            value[rng.choice(keys)] = rng.choice(ODD) if rng.random() < 0.7 else compound(2)
        if rng.random() < 0.1:
            value["extra"] = 1
        yield value


def compound(depth):
    if depth <= 0 or rng.random() < 0.4:
        return rng.choice(ODD)
    if rng.random() < 0.4:
        return [compound(depth - 1) for _ in range(rng.randint(0, 3))]
    keys = ["f0", "f1", "f2", "f0X", "f1X", "a", "b", "x", "y"]
    return {rng.choice(keys): compound(depth - 1) for _ in range(rng.randint(0, 4))}


def is_taken_alone(target, key, value):
    """Whether no error is about this member."""
    try:
        (target.model_validate if IS_NEW else target.parse_obj)({key: value})
        return True
    except pydantic.ValidationError as error:
        return all(not it["loc"] or it["loc"][0] != key for it in error.errors())
    except Exception:
        return False


def is_taken(call, value):
    try:
        call(value)
        return True
    except Exception:
        return False


def told(kind, code, call, candidates):
    taken, refused = [], []
    for value in candidates:
        text = json.dumps(value)
        (taken if is_taken(call, json.loads(text)) else refused).append(text)
    print(json.dumps({"kind": kind, "code": code, "taken": taken, "refused": refused}))


def of_pydantic():
    source = Source()
    name = model(source, 3)
    knows = IS_NEW and rng.random() < 0.6
    head = HEAD + (NEW if IS_NEW else OLD) + KINDS
    body = head + "\n" + "\n".join(source.parts) + "\n"
    namespace = {"__name__": "generated"}
    try:
        exec(body, namespace)
        target = namespace[name]
        fields = target.model_fields if IS_NEW else target.__fields__
        keys = set(fields) | {it.alias for it in fields.values() if it.alias}
    except Exception:
        return False
    ways = [(f"{name}(**json.loads(event['body']))", lambda value: target(**value))]
    if IS_NEW:
        ways.append((f"{name}.model_validate(json.loads(event['body']))", target.model_validate))
        ways.append((f"{name}.model_validate_json(event['body'])", lambda value: target.model_validate_json(json.dumps(value))))
        adapter = pydantic.TypeAdapter(namespace["List"][target])
        ways.append((f"TypeAdapter(List[{name}]).validate_python(json.loads(event['body']))", adapter.validate_python))
    else:
        ways.append((f"{name}.parse_obj(json.loads(event['body']))", target.parse_obj))
        ways.append((f"{name}.parse_raw(event['body'])", lambda value: target.parse_raw(json.dumps(value))))
    way, call = rng.choice(ways)
    code = body + f"\ndef handler(event, context):\n    return {way}\n"
    kind = "pydantic"
    if IS_NEW and rng.random() < 0.2:
        declared = rng.choice([name, f"List[{name}]", f"Annotated[{name}, Body()]"])
        kind, way = "route", declared
        code = body + ROUTE.replace("DECLARED", declared)
        try:
            exec(code, namespace)
        except Exception:
            return False
        call = lambda value: answers(namespace["handler"], value)
    if not knows:
        # Without a word that only version 2 has, both versions are meant.
        code = code.replace("from pydantic import ConfigDict", "from pydantic.v1 import nothing\nfrom pydantic import ConfigDict")
    candidates = list(values(namespace, name, keys))
    if "List[" in way:
        candidates = [rng.sample(candidates, rng.randint(0, 2)) for _ in candidates] + candidates[:10]
    told(kind, code, call, candidates)
    return True


def schema(depth):
    """A JSON Schema."""
    roll = rng.random()
    if depth <= 0 or roll < 0.5:
        kind = rng.choice(["string", "integer", "number", "boolean", "null", None])
        out = {} if kind is None else {"type": kind}
        if kind == "string":
            if rng.random() < 0.4:
                out["minLength"] = rng.choice([1, 3])
            if rng.random() < 0.4:
                out["maxLength"] = rng.choice([3, 10])
            if rng.random() < 0.4:
                out["pattern"] = rng.choice(PATTERNS)
            if rng.random() < 0.2:
                out["format"] = rng.choice(["date-time", "email", "date", "ipv4"])
        elif kind in ("integer", "number"):
            if rng.random() < 0.4:
                out[rng.choice(["minimum", "exclusiveMinimum"])] = rng.choice([0, 1, 5])
            if rng.random() < 0.3:
                out["maximum"] = rng.choice([10, 100])
            if rng.random() < 0.2:
                out["multipleOf"] = rng.choice([5, 0.5])
        elif kind is None:
            out["enum" if rng.random() < 0.7 else "const"] = rng.sample([1, 0, True, "x", None, "red", 5], 3)
        if rng.random() < 0.1:
            out["default"] = 1
        return out
    if roll < 0.75:
        names = rng.sample(["a", "b", "c", "x"], rng.randint(1, 3))
        out = {"type": "object", "properties": {it: schema(depth - 1) for it in names}}
        if rng.random() < 0.6:
            out["required"] = rng.sample(names, rng.randint(1, len(names)))
        if rng.random() < 0.4:
            out["additionalProperties"] = rng.choice([False, schema(depth - 1)])
        if rng.random() < 0.2:
            out["patternProperties"] = {rng.choice(["^x", r"^\w$", "a"]): schema(depth - 1)}
        if rng.random() < 0.15:
            out["dependencies"] = {"a": rng.choice([["b"], schema(depth - 1)])}
        if rng.random() < 0.1:
            out["minProperties"] = 1
        return out
    if roll < 0.85:
        out = {"type": "array", "items": schema(depth - 1)}
        if rng.random() < 0.3:
            out["items"] = [schema(depth - 1), schema(depth - 1)]
            out["additionalItems"] = rng.choice([False, schema(depth - 1)])
        if rng.random() < 0.3:
            out["uniqueItems"] = True
        if rng.random() < 0.3:
            out["minItems"] = 1
        if rng.random() < 0.2:
            out["contains"] = schema(depth - 1)
        return out
    if roll < 0.95:
        word = rng.choice(["anyOf", "oneOf", "allOf", "not", "$ref", "if"])
        if word == "not":
            return {"not": schema(depth - 1)}
        if word == "$ref":
            return {"$ref": "#/definitions/d", "minLength": 9}
        if word == "if":
            return {"if": schema(depth - 1), "then": schema(depth - 1), "else": schema(depth - 1)}
        return {word: [schema(depth - 1), schema(depth - 1)]}
    return rng.choice([True, False, {}])


def of_schema():
    import fastjsonschema

    written = schema(3)
    if isinstance(written, bool):
        return False
    written["definitions"] = {"d": schema(1)}
    draft = rng.choice([None, None, "http://json-schema.org/draft-04/schema#", "http://json-schema.org/draft-07/schema#"])
    if draft:
        written["$schema"] = draft
    try:
        call = fastjsonschema.compile(written)
    except Exception:
        return False
    code = (
        "import json\nfrom aws_lambda_powertools.utilities.validation import validate\n"
        f"SCHEMA = {written!r}\n\ndef handler(event, context):\n"
        "    validate(event=event, schema=SCHEMA, envelope='powertools_json(body)')\n"
    )
    candidates = rng.sample(ODD, 30)
    for _ in range(40):
        keys = ["a", "b", "c", "x", "xy", "d"]
        candidates.append({rng.choice(keys): compound(1) for _ in range(rng.randint(0, 4))})
        candidates.append([compound(1) for _ in range(rng.randint(0, 3))])
    told("schema", code, call, candidates)
    return True


done = 0
while done < COUNT:
    done += (of_schema if rng.random() < 0.25 else of_pydantic)()
