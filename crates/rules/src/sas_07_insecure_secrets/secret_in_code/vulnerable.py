import os

DB_PASSWORD = "n0tSoEasy-77-winter"  # expect: SAS-7.18 a password stands in the code as `DB_PASSWORD`: whoever reads the code or its package has it
DB_USER = "orders"
PASSWORD_FIELD = "password"


def handler(event, context):
    return os.environ.get("DB_PASSWORD", "c0me-In-2-winter")  # expect: SAS-7.18 a password stands in the code as `DB_PASSWORD`: whoever reads the code or its package has it
