resource "aws_sns_topic_subscription" "orders" {
  topic_arn      = "arn:aws:sns:eu-west-1:111122223333:placed"
  protocol       = "sqs"
  endpoint       = "arn:aws:sqs:eu-west-1:111122223333:orders"
  redrive_policy = jsonencode({ deadLetterTargetArn = "arn:aws:sqs:eu-west-1:111122223333:lost" }) # mended
}
