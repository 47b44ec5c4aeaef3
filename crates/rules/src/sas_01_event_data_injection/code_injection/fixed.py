import ast


def double(value):
    return 2 * value


OPERATIONS = {"double": double}


def handler(event, context):
    parameters = event["queryStringParameters"]
    return OPERATIONS[parameters["operation"]](ast.literal_eval(parameters["value"]))
