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

resource "aws_s3_bucket" "pictures" {
  bucket = "shop-pictures"
}

resource "aws_s3_bucket_notification" "pictures" {
  bucket = aws_s3_bucket.pictures.id
  lambda_function {
    lambda_function_arn = aws_lambda_function.create_order.arn
    events              = ["s3:ObjectCreated:*"]
    filter_prefix       = "originals/" # mended
  }
}

resource "aws_s3_bucket_policy" "pictures" {
  bucket = aws_s3_bucket.pictures.id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "s3:PutObject", Principal = "*", Resource = "${aws_s3_bucket.pictures.arn}/*" }]
  })
}
