# The shop of ../orders in Terraform: one flaw of each of the ten serverless risks. Do not deploy it.

terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.0"
    }
  }
}

data "aws_caller_identity" "current" {}

locals {
  functions = "${path.module}/../orders/src"
  pictures  = "shop-pictures-${data.aws_caller_identity.current.account_id}"
}

# The shop's interface. SAS-2: nobody has to sign in; SAS-8: nothing limits how often it is called.
resource "aws_apigatewayv2_api" "shop" {
  name          = "shop"
  protocol_type = "HTTP"
}

resource "aws_apigatewayv2_stage" "shop" {
  api_id      = aws_apigatewayv2_api.shop.id
  name        = "$default"
  auto_deploy = true

  access_log_settings {
    destination_arn = aws_cloudwatch_log_group.shop.arn
    format          = jsonencode({ requestId = "$context.requestId", status = "$context.status" })
  }
}

resource "aws_cloudwatch_log_group" "shop" {
  name              = "shop"
  retention_in_days = 30
}

data "archive_file" "function" {
  for_each    = toset(["create_order", "charge_card", "make_thumbnail", "ship_order"])
  type        = "zip"
  source_dir  = "${local.functions}/${each.key}"
  output_path = "${path.module}/build/${each.key}.zip"
}

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
  }
}

resource "aws_lambda_function" "create_order" {
  function_name = "create-order"
  filename      = data.archive_file.function["create_order"].output_path
  handler       = "app.handler"
  runtime       = "python3.8" # SAS-3: no security updates since October 2024
  timeout       = 20
  memory_size   = 256
  role          = aws_iam_role.create_order.arn

  environment {
    variables = {
      TABLE                       = aws_dynamodb_table.orders.name
      QUEUE_URL                   = aws_sqs_queue.shipments.url
      DB_PASSWORD                 = "s3cr3t-Winter-2024" # SAS-7: everybody who may read the configuration reads it
      POWERTOOLS_LOGGER_LOG_EVENT = "true"               # SAS-10: whole events, personal data and all, in the logs
    }
  }
}

resource "aws_iam_role" "create_order" {
  name               = "create-order"
  assume_role_policy = data.aws_iam_policy_document.trust.json
}

resource "aws_iam_role_policy" "create_order" {
  name = "orders"
  role = aws_iam_role.create_order.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = "dynamodb:*" # SAS-4: one PutItem is all that the code needs
        Resource = "*"
      },
      {
        Effect   = "Allow"
        Action   = "sqs:SendMessage*"
        Resource = aws_sqs_queue.shipments.arn
      },
    ]
  })
}

resource "aws_iam_role_policy_attachment" "create_order" {
  role       = aws_iam_role.create_order.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
}

resource "aws_apigatewayv2_integration" "create_order" {
  api_id                 = aws_apigatewayv2_api.shop.id
  integration_type       = "AWS_PROXY"
  integration_uri        = aws_lambda_function.create_order.invoke_arn
  payload_format_version = "2.0"
}

resource "aws_apigatewayv2_route" "create_order" {
  api_id    = aws_apigatewayv2_api.shop.id
  route_key = "POST /orders"
  target    = "integrations/${aws_apigatewayv2_integration.create_order.id}"
}

resource "aws_lambda_permission" "create_order" {
  function_name = aws_lambda_function.create_order.function_name
  action        = "lambda:InvokeFunction"
  principal     = "apigateway.amazonaws.com"
  source_arn    = "${aws_apigatewayv2_api.shop.execution_arn}/*/POST/orders"
}

# SAS-9: a step of the checkout that can also be called from outside, without the steps before it.
resource "aws_lambda_function" "charge_card" {
  function_name                  = "charge-card"
  filename                       = data.archive_file.function["charge_card"].output_path
  handler                        = "app.handler"
  runtime                        = "python3.13"
  timeout                        = 20
  memory_size                    = 256
  reserved_concurrent_executions = 10
  role                           = aws_iam_role.charge_card.arn
}

resource "aws_iam_role" "charge_card" {
  name               = "charge-card"
  assume_role_policy = data.aws_iam_policy_document.trust.json
}

resource "aws_iam_role_policy_attachment" "charge_card" {
  role       = aws_iam_role.charge_card.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
}

resource "aws_apigatewayv2_integration" "charge_card" {
  api_id                 = aws_apigatewayv2_api.shop.id
  integration_type       = "AWS_PROXY"
  integration_uri        = aws_lambda_function.charge_card.invoke_arn
  payload_format_version = "2.0"
}

resource "aws_apigatewayv2_route" "charge_card" {
  api_id    = aws_apigatewayv2_api.shop.id
  route_key = "POST /charge"
  target    = "integrations/${aws_apigatewayv2_integration.charge_card.id}"
}

resource "aws_lambda_permission" "charge_card" {
  function_name = aws_lambda_function.charge_card.function_name
  action        = "lambda:InvokeFunction"
  principal     = "apigateway.amazonaws.com"
  source_arn    = "${aws_apigatewayv2_api.shop.execution_arn}/*/POST/charge"
}

resource "aws_sfn_state_machine" "checkout" {
  name     = "checkout"
  type     = "STANDARD"
  role_arn = aws_iam_role.checkout.arn
  definition = jsonencode({
    StartAt = "ReserveStock"
    States = {
      ReserveStock = { Type = "Pass", Next = "ChargeCard" }
      ChargeCard = {
        Type     = "Task"
        Resource = aws_lambda_function.charge_card.arn
        Retry    = [{ ErrorEquals = ["Lambda.TooManyRequestsException"], MaxAttempts = 3 }]
        End      = true
      }
    }
  })

  logging_configuration {
    level                  = "ERROR"
    include_execution_data = false
    log_destination        = "${aws_cloudwatch_log_group.checkout.arn}:*"
  }
}

resource "aws_cloudwatch_log_group" "checkout" {
  name              = "checkout"
  retention_in_days = 30
}

resource "aws_iam_role" "checkout" {
  name = "checkout"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "states.amazonaws.com" } }]
  })
}

resource "aws_iam_role_policy" "checkout" {
  role = aws_iam_role.checkout.id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "lambda:InvokeFunction", Resource = aws_lambda_function.charge_card.arn }]
  })
}

# SAS-5: S3 calls it without waiting; what fails three times is lost, and nobody is told.
resource "aws_lambda_function" "make_thumbnail" {
  function_name = "make-thumbnail"
  filename      = data.archive_file.function["make_thumbnail"].output_path
  handler       = "index.handler"
  runtime       = "nodejs24.x"
  timeout       = 20
  memory_size   = 256
  layers        = ["arn:aws:lambda:eu-west-1:999988887777:layer:imagemagick:7"] # SAS-6: code of an account nobody knows
  role          = aws_iam_role.make_thumbnail.arn
}

resource "aws_iam_role" "make_thumbnail" {
  name               = "make-thumbnail"
  assume_role_policy = data.aws_iam_policy_document.trust.json
}

resource "aws_iam_role_policy_attachment" "make_thumbnail" {
  role       = aws_iam_role.make_thumbnail.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
}

resource "aws_iam_role_policy" "make_thumbnail" {
  role   = aws_iam_role.make_thumbnail.id
  policy = data.aws_iam_policy_document.pictures.json
}

data "aws_iam_policy_document" "pictures" {
  statement {
    actions   = ["s3:GetObject"]
    resources = ["${aws_s3_bucket.pictures.arn}/*"]
  }
}

resource "aws_s3_bucket" "pictures" {
  bucket = local.pictures
}

resource "aws_s3_bucket_notification" "pictures" {
  bucket = aws_s3_bucket.pictures.id

  lambda_function {
    lambda_function_arn = aws_lambda_function.make_thumbnail.arn
    events              = ["s3:ObjectCreated:*"]
    filter_prefix       = "originals/"
  }
}

resource "aws_lambda_permission" "make_thumbnail" {
  function_name  = aws_lambda_function.make_thumbnail.function_name
  action         = "lambda:InvokeFunction"
  principal      = "s3.amazonaws.com"
  source_arn     = aws_s3_bucket.pictures.arn
  source_account = data.aws_caller_identity.current.account_id
}

resource "aws_lambda_function" "ship_order" {
  function_name = "ship-order"
  filename      = data.archive_file.function["ship_order"].output_path
  handler       = "app.handler"
  runtime       = "python3.13"
  timeout       = 20
  memory_size   = 256
  role          = aws_iam_role.ship_order.arn
}

resource "aws_iam_role" "ship_order" {
  name               = "ship-order"
  assume_role_policy = data.aws_iam_policy_document.trust.json
  managed_policy_arns = [
    "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
    "arn:aws:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole",
  ]
}

resource "aws_iam_role_policy" "ship_order" {
  role = aws_iam_role.ship_order.id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sqs:SendMessage", Resource = aws_sqs_queue.failed_shipments.arn }]
  })
}

resource "aws_lambda_function_event_invoke_config" "ship_order" {
  function_name = aws_lambda_function.ship_order.function_name

  destination_config {
    on_failure {
      destination = aws_sqs_queue.failed_shipments.arn
    }
  }
}

resource "aws_lambda_event_source_mapping" "ship_order" {
  function_name           = aws_lambda_function.ship_order.arn
  event_source_arn        = aws_sqs_queue.shipments.arn
  function_response_types = ["ReportBatchItemFailures"]

  scaling_config {
    maximum_concurrency = 5
  }
}

# SAS-1: a pattern that any event of any sender matches; its fields go to the carrier unchecked
resource "aws_cloudwatch_event_rule" "anything" {
  event_pattern = jsonencode({ source = [{ prefix = "" }] })
}

resource "aws_cloudwatch_event_target" "anything" {
  rule = aws_cloudwatch_event_rule.anything.name
  arn  = aws_lambda_function.ship_order.arn

  dead_letter_config {
    arn = aws_sqs_queue.failed_events.arn
  }

  retry_policy {
    maximum_retry_attempts = 2
  }
}

resource "aws_lambda_permission" "ship_order" {
  function_name = aws_lambda_function.ship_order.function_name
  action        = "lambda:InvokeFunction"
  principal     = "events.amazonaws.com"
  source_arn    = aws_cloudwatch_event_rule.anything.arn
}

resource "aws_sqs_queue" "shipments" {
  visibility_timeout_seconds = 120
  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.failed_shipments.arn
    maxReceiveCount     = 5
  })
}

resource "aws_sqs_queue" "failed_shipments" {
  message_retention_seconds = 1209600
}

resource "aws_sqs_queue" "failed_events" {}

resource "aws_dynamodb_table" "orders" {
  name         = "orders"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }

  point_in_time_recovery {
    enabled = true
  }
}

output "shop_url" {
  value = aws_apigatewayv2_api.shop.api_endpoint
}
