resource "aws_lambda_function" "create_order" {
  function_name = "create-order"
  runtime       = "python3.13"
  handler       = "app.handler"
  s3_bucket     = "packages"
  s3_key        = "create-order.zip"
  role          = aws_iam_role.create_order.arn
}

resource "aws_iam_role" "create_order" {
  name               = "create-order"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "lambda.amazonaws.com" }
    }]
  })
}

resource "aws_dynamodb_table" "orders" {
  name         = "orders"
  hash_key     = "id"
  billing_mode = "PAY_PER_REQUEST"
  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_iam_role_policy" "create_order" {
  role   = aws_iam_role.create_order.id
  policy = data.aws_iam_policy_document.create_order.json
}

data "aws_iam_policy_document" "create_order" {
  statement {
    actions   = ["iam:PassRole"]
    resources = ["*"] # flaw
    resources = [aws_iam_role.create_order.arn] # mended
  }
}
