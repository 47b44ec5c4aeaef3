import ast


def handler(event, context):
    formula = event["queryStringParameters"]["formula"]
    ast.literal_eval(formula)
    return eval(formula)  # expect: SAS-1.12 `event["queryStringParameters"]["formula"]` reaches `eval` as code: whoever sends it runs what they like as the function
