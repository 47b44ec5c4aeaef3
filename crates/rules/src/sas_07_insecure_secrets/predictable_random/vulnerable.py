import random


def handler(event, context):
    return random.random()  # expect: SAS-7.22 `random.random` gives numbers that can be foretold: fine for samples and delays, not where somebody must not guess
