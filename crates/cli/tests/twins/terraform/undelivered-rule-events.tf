resource "aws_cloudwatch_event_rule" "placed" {
  name          = "placed"
  event_pattern = jsonencode({ source = ["shop.orders"] })
}

resource "aws_cloudwatch_event_target" "shipped" {
  rule = aws_cloudwatch_event_rule.placed.name
  arn  = "arn:aws:sqs:eu-west-1:111122223333:shipped"
  dead_letter_config { # mended
    arn = "arn:aws:sqs:eu-west-1:111122223333:undelivered" # mended
  } # mended
}
