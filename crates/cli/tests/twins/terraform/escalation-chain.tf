resource "aws_iam_role_policy" "orders" {
  role   = aws_iam_role.orders.id
  policy = data.aws_iam_policy_document.orders.json
}

data "aws_iam_policy_document" "orders" {
  statement {
    actions   = ["lambda:UpdateFunctionCode"] # flaw
    actions   = ["lambda:InvokeFunction"] # mended
    resources = [aws_lambda_function.deploy.arn]
  }
}

resource "aws_lambda_function" "deploy" {
  function_name = "deploy"
  runtime       = "python3.13"
  handler       = "app.handler"
  s3_bucket     = "packages"
  s3_key        = "deploy.zip"
  role          = aws_iam_role.deploy.arn
}

resource "aws_iam_role" "deploy" {
  name                = "deploy"
  managed_policy_arns = ["arn:aws:iam::aws:policy/AdministratorAccess"]
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } }]
  })
}
