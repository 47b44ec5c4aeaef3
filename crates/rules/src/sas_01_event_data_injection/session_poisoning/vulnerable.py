from flask import Flask, request, session

app = Flask(__name__)


@app.route("/settings", methods=["POST"])
def settings():
    session["pages"] = int(request.form["pages"])
    session.setdefault(request.form["name"], "yes")  # expect: SAS-1.25 `request.form["name"]` reaches `flask.Session.setdefault` as part of a session: what the session says is trusted later, though the sender chose it
    return {}
