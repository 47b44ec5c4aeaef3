from flask import Flask, request, session

app = Flask(__name__)
LANGUAGES = ["en", "de"]


@app.route("/settings", methods=["POST"])
def settings():
    language = request.form["language"]
    if language in LANGUAGES:
        session["language"] = language
    return {}
