"""A handler for the tests: does what its event asks for, or gives it back."""
import os
import sys
import time


def handler(event, context):
    wish = event.get("wish") if isinstance(event, dict) else None
    if wish == "fail":
        raise ValueError("as asked")
    if wish == "exit":
        sys.stdout.flush()
        os._exit(3)
    if wish == "sleep":
        time.sleep(60)
    if wish == "print":
        print("a line of the handler")
    if wish == "context":
        return {
            "request_id": context.aws_request_id,
            "arn": context.invoked_function_arn,
            "remaining": context.get_remaining_time_in_millis(),
            "trace": os.environ.get("_X_AMZN_TRACE_ID"),
        }
    return event
