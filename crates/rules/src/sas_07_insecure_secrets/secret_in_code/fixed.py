import os

DB_PASSWORD = os.environ["DB_PASSWORD"]
PASSWORD_FIELD = "password"
HINT = {"password": "Your password", "token": ""}


# Names of secrets, published defaults and words for what stands there are none.
SECRET_KEY = "MySecret"
TRUST_STORE_PASSWORD = "changeit"
DB_PASSWORD = os.environ.get("DB_PASSWORD", "DOCPASSWORD")


def gateway(client):
    client.get_secret_value(SecretId=SECRET_KEY)
    return get_secret("gateway/password", "Password")
