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

resource "aws_lambda_permission" "create_order" {
  function_name = aws_lambda_function.create_order.function_name
  action        = "lambda:InvokeFunction"
  principal     = "s3.amazonaws.com"
  source_arn    = "arn:aws:s3:::shop-pictures" # mended
  source_account = "111122223333" # mended
}
