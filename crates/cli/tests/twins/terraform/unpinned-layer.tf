resource "aws_lambda_function" "orders" {
  function_name = "orders"
  runtime       = "python3.13"
  handler       = "app.handler"
  s3_bucket     = "packages"
  s3_key        = "orders.zip"
  role          = aws_iam_role.orders.arn
  layers = ["arn:aws:lambda:eu-west-1:111122223333:layer:shared"] # flaw
  layers = ["arn:aws:lambda:eu-west-1:111122223333:layer:shared:3"] # mended
}
