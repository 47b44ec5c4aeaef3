resource "aws_cloudwatch_log_group" "orders" {
  name              = "/aws/lambda/orders"
  retention_in_days = 0 # flaw
  retention_in_days = 30 # mended
}
