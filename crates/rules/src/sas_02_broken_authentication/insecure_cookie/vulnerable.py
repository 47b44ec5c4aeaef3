from flask import Flask, make_response

app = Flask(__name__)


@app.route("/login")
def login():
    response = make_response({})
    response.set_cookie("language", "en", secure=True, httponly=True)
    response.set_cookie("session", "en")  # expect: SAS-2.25 `flask.Response.set_cookie` (without Secure) sets a cookie that travels in the clear or that scripts of the page can read
    return response
