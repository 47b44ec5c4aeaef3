import os
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, JSONResponse
from starlette.routing import Route
from quart import Quart, request, Blueprint
async def home(request):
    os.system(request.query_params["x"])  # expect: command attacker
    body = await request.json()
    os.system(body["x"])  # expect: command attacker
    os.system(request.method)
    return HTMLResponse("<b>" + request.path_params["y"])  # expect: html attacker
app = Starlette(routes=[Route("/", home)])
q = Quart(__name__)
bp = Blueprint("b", __name__)
@q.post("/x/<name>")
async def x(name):
    data = await request.get_json()
    os.system(data["x"])  # expect: command attacker
    os.system(name)  # expect: command attacker
    form = await request.form
    os.system(form["x"])  # expect: command attacker
    return "<b>" + name  # expect: html attacker
@bp.get("/y")
async def y():
    os.system(request.args["x"])  # expect: command attacker
    return {"x": request.args["x"]}
@q.errorhandler(500)
async def e5(e):
    return str(e), 500
@q.errorhandler(Exception)
async def e6(e):
    return {"m": str(e)}, 500  # expect: error platform
