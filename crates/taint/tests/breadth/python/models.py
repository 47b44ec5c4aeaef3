import json
import os
import subprocess
from enum import Enum
from typing import Annotated, Literal, Optional
from uuid import UUID

from pydantic import BaseModel, Field, constr, StringConstraints


class Size(str, Enum):
    SMALL = "small"
    LARGE = "large"


class Owner(BaseModel):
    key: UUID
    name: str


class Order(BaseModel):
    id: str = Field(pattern=r"^[a-z0-9-]+$")
    kind: Literal["small", "large"]
    size: Size
    count: int
    code: constr(pattern=r"^[A-Z]{3}$")
    tag: Annotated[str, StringConstraints(pattern=r"^[a-z]+$")]
    maybe: Optional[Literal["a"]] = None
    free: str
    open: str = Field(pattern=r"[a-z]+")
    owner: Owner


def handler(event, context):
    order = Order(**json.loads(event["body"]))
    subprocess.run("ls 1 " + order.id, shell=True)
    subprocess.run("ls 2 " + order.kind, shell=True)
    subprocess.run("ls 3 " + order.size, shell=True)
    subprocess.run(f"ls 4 {order.count}", shell=True)
    subprocess.run("ls 5 " + order.code, shell=True)
    subprocess.run("ls 6 " + order.tag, shell=True)
    subprocess.run("ls 7 " + order.maybe, shell=True)
    subprocess.run("ls 8 " + order.owner.key, shell=True)
    subprocess.run("ls " + order.free, shell=True)  # expect: command
    subprocess.run("ls " + order.open, shell=True)  # expect: command
    subprocess.run("ls " + order.owner.name, shell=True)  # expect: command


def validated(event, context):
    order = Order.model_validate_json(event["body"])
    subprocess.run("ls 1 " + order.id, shell=True)
    subprocess.run("ls " + order.free, shell=True)  # expect: command
    subprocess.run("ls " + order.owner.name, shell=True)  # expect: command
    other = Order.model_validate(json.loads(event["body"]))
    subprocess.run("ls 2 " + other.kind, shell=True)
    subprocess.run("ls " + other.free, shell=True)  # expect: command
    third = Order.parse_raw(event["body"])
    subprocess.run("ls 3 " + third.code, shell=True)
    subprocess.run("ls " + third.free, shell=True)  # expect: command
