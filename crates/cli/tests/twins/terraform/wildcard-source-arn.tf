resource "aws_lambda_permission" "caller" {
  function_name = aws_lambda_function.orders.function_name
  principal     = "events.amazonaws.com"
  action        = "lambda:InvokeFunction"
  source_arn    = "arn:aws:events:eu-west-1:*:rule/orders" # flaw
  source_arn    = "arn:aws:events:eu-west-1:111122223333:rule/orders" # mended
}
