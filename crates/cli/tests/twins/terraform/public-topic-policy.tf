resource "aws_sns_topic" "news" {
  name = "news"
}

resource "aws_sns_topic_policy" "news" {
  arn    = aws_sns_topic.news.arn
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sns:Publish", Principal = "*", Resource = aws_sns_topic.news.arn }] # flaw
    Statement = [{ Effect = "Allow", Action = "sns:Publish", Principal = { AWS = "arn:aws:iam::111122223333:root" }, Resource = aws_sns_topic.news.arn }] # mended
  })
}
