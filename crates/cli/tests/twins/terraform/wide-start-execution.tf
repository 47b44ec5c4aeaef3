resource "aws_iam_role_policy" "orders" {
  role   = aws_iam_role.orders.id
  policy = data.aws_iam_policy_document.orders.json
}

data "aws_iam_policy_document" "orders" {
  statement {
    actions   = ["states:StartExecution"]
    resources = ["arn:aws:states:eu-west-1:111122223333:stateMachine:*"] # flaw
    resources = ["arn:aws:states:eu-west-1:111122223333:stateMachine:checkout"] # mended
  }
}
