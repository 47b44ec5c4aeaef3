resource "aws_lambda_function" "create_order" {
  function_name = "create-order"
  runtime       = "python3.13"
  handler       = "app.handler"
  s3_bucket     = "packages"
  s3_key        = "create-order.zip"
  role          = aws_iam_role.create_order.arn
  layers        = ["arn:aws:lambda:eu-west-1:999988887777:layer:imagemagick:7"] # flaw
  layers        = [aws_lambda_layer_version.tools.arn] # mended
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

resource "aws_lambda_layer_version" "tools" { # mended
  layer_name = "tools" # mended
  s3_bucket  = "packages" # mended
  s3_key     = "tools.zip" # mended
} # mended
