resource "aws_lambda_permission" "caller" {
  function_name = aws_lambda_function.orders.function_name
  principal     = "444455556666"
  action        = "lambda:*" # flaw
  action        = "lambda:InvokeFunction" # mended
}
