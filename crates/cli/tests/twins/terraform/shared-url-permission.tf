resource "aws_lambda_function_url" "orders" {
  function_name      = aws_lambda_function.orders.function_name
  authorization_type = "AWS_IAM"
}

resource "aws_lambda_permission" "caller" {
  function_name = aws_lambda_function.orders.function_name
  action                 = "lambda:InvokeFunctionUrl"
  function_url_auth_type = "AWS_IAM"
  principal              = "*" # flaw
  principal              = "444455556666" # mended
}
