import os
from typing import Annotated, Optional
from fastapi import FastAPI, APIRouter, Depends, Header, Request, Form, HTTPException
from fastapi.responses import HTMLResponse, JSONResponse
from pydantic import BaseModel, Field
from mangum import Mangum
app = FastAPI(title="x")
router = APIRouter(prefix="/v1", tags=["x"])
class Item(BaseModel):
    name: str = Field(..., max_length=20)
    size: int
    tags: list[str] = []
class Params:
    def __init__(self, q: str = "", n: int = 1):
        self.q = q
        self.n = n
def token(authorization: str = Header(...)):
    return authorization
def common(q: Optional[str] = None):
    return {"q": q}
@router.get("/a/{x}", response_class=HTMLResponse)
async def a(x: str, n: int, q: Annotated[str, "q"] = ""):
    os.system(x)  # expect: command attacker
    os.system(str(n))
    os.system(q)  # expect: command attacker
    return f"<b>{x}</b>"  # expect: html attacker
@router.post("/b")
async def b(item: Item, t: str = Depends(token), c: dict = Depends(common)):
    os.system(item.name)  # expect: command attacker
    os.system(str(item.size))
    os.system(item.tags[0])  # expect: command attacker
    os.system(t)  # expect: command attacker
    os.system(c["q"])  # expect: command attacker
    return {"name": item.name}
@app.put("/c")
def c(p: Params = Depends(Params), p2: Annotated[Params, Depends()] = None):
    os.system(p.q)  # expect: command attacker
    return p.q
@app.post("/d")
async def d(request: Request, name: str = Form(...)):
    data = await request.json()
    os.system(data["x"])  # expect: command attacker
    os.system(name)  # expect: command attacker
    return JSONResponse(content=data)
@app.exception_handler(Exception)
async def on_error(request, exc):
    return JSONResponse(status_code=500, content={"m": str(exc)})  # expect: error platform
app.include_router(router)
handler = Mangum(app)
