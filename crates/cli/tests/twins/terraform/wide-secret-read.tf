resource "aws_iam_role_policy" "orders" {
  role   = aws_iam_role.orders.id
  policy = data.aws_iam_policy_document.orders.json
}

data "aws_iam_policy_document" "orders" {
  statement {
    actions   = ["secretsmanager:GetSecretValue"]
    resources = ["*"] # flaw
    resources = ["arn:aws:secretsmanager:eu-west-1:111122223333:secret:orders-a1b2c3"] # mended
  }
}
