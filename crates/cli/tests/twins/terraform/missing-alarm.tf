resource "aws_cloudwatch_metric_alarm" "errors" { # mended
  alarm_name          = "orders-errors" # mended
  namespace           = "AWS/Lambda" # mended
  metric_name         = "Errors" # mended
  statistic           = "Sum" # mended
  period              = 60 # mended
  evaluation_periods  = 1 # mended
  threshold           = 1 # mended
  comparison_operator = "GreaterThanOrEqualToThreshold" # mended
  dimensions          = { FunctionName = aws_lambda_function.orders.function_name } # mended
  alarm_actions       = ["arn:aws:sns:eu-west-1:111122223333:on-call"] # mended
} # mended

resource "aws_lambda_function_url" "orders" {
  function_name      = aws_lambda_function.orders.function_name
  authorization_type = "AWS_IAM"
}
