resource "aws_cloudwatch_event_bus" "orders" {
  name = "orders"
}

resource "aws_cloudwatch_event_permission" "orders" {
  event_bus_name = aws_cloudwatch_event_bus.orders.name
  statement_id   = "partner"
  principal      = "*" # flaw
  principal      = "444455556666" # mended
}
