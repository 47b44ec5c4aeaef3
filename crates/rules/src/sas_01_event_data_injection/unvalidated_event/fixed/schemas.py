from pydantic import BaseModel


class Order(BaseModel):
    count: int
