resource "aws_iam_role_policy" "orders" {
  role   = aws_iam_role.orders.id
  policy = data.aws_iam_policy_document.orders.json
}

data "aws_iam_policy_document" "orders" {
  statement {
    actions   = ["dynamodb:PutItem"] # flaw
    resources = ["arn:aws:dynamodb:eu-west-1:111122223333:table/orders"] # flaw
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"] # mended
    resources = ["arn:aws:logs:eu-west-1:111122223333:log-group:/aws/lambda/orders:*"] # mended
  }
}

resource "aws_cloudwatch_log_group" "orders" {
  name              = "/aws/lambda/orders"
  retention_in_days = 30
}

resource "aws_lambda_function" "orders" {
  function_name = "orders"
  runtime       = "python3.13"
  handler       = "app.handler"
  s3_bucket     = "packages"
  s3_key        = "orders.zip"
  role          = aws_iam_role.orders.arn
}
