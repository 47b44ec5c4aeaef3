import os
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response, content_types
from aws_lambda_powertools.event_handler.router import Router
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, batch_processor, process_partial_response
from aws_lambda_powertools.utilities.data_classes import event_source, SQSEvent, APIGatewayProxyEventV2
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext
from aws_lambda_powertools.middleware_factory import lambda_handler_decorator
from aws_lambda_powertools.utilities.parser import event_parser, BaseModel
app = APIGatewayHttpResolver()
router = Router()
processor = BatchProcessor(event_type=EventType.SQS)
@app.post("/a/<x>")
def a(x: str):
    os.system(x)  # expect: command attacker
    os.system(app.current_event.json_body["y"])  # expect: command attacker
    os.system(app.current_event.get_query_string_value(name="q", default_value=""))  # expect: command attacker
    os.system(app.current_event.get_header_value("h"))  # expect: command attacker
    os.system(app.current_event.request_context.request_id)
    return {"x": x}
@router.get("/b")
def b():
    os.system(router.current_event.query_string_parameters["x"])  # expect: command attacker
    return Response(200, content_types.APPLICATION_JSON, router.current_event.body)
@app.exception_handler(Exception)
def err(ex: Exception):
    return Response(500, content_types.TEXT_PLAIN, f"failed {ex}")  # expect: error platform
@app.not_found
def nf(ex):
    return Response(404, content_types.TEXT_PLAIN, "x")
app.include_router(router, prefix="/r")
def record_handler(record: SQSRecord):
    os.system(record.json_body["x"])  # expect: command producer
    os.system(record.message_id)
def rec2(record):
    os.system(record.body)  # expect: command producer
    os.system(record.message_id)
def rec3(record):
    os.system(record.json_body["x"])  # expect: command attacker
@batch_processor(record_handler=rec2, processor=processor)
def h2(event, context):
    return processor.response()
def h3(event, context):
    batch = event["Records"]
    with processor(records=batch, handler=rec3):
        processor.process()
    return processor.response()
@lambda_handler_decorator
def mid(handler, event, context):
    return handler(event, context)
@mid
def handler(event, context: LambdaContext):
    os.system(event["body"])  # expect: command attacker
    return app.resolve(event, context)
@event_source(data_class=SQSEvent)
def h4(event: SQSEvent, context):
    for r in event.records:
        os.system(r.body)  # expect: command producer
class Order(BaseModel):
    name: str
    n: int
@event_parser(model=Order)
def h5(event: Order, context):
    os.system(event.name)  # expect: command producer
