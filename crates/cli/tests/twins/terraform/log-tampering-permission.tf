resource "aws_iam_role_policy" "orders" {
  role   = aws_iam_role.orders.id
  policy = data.aws_iam_policy_document.orders.json
}

data "aws_iam_policy_document" "orders" {
  statement {
    actions   = ["logs:DeleteLogGroup"] # flaw
    actions   = ["logs:PutLogEvents"] # mended
    resources = ["*"] # flaw
    resources = ["arn:aws:logs:eu-west-1:111122223333:log-group:/aws/lambda/orders:*"] # mended
  }
}
