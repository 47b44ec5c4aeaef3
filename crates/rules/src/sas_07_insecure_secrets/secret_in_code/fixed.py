import os

DB_PASSWORD = os.environ["DB_PASSWORD"]
PASSWORD_FIELD = "password"
HINT = {"password": "Your password", "token": ""}
