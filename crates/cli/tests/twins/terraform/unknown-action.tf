resource "aws_iam_role_policy" "orders" {
  role   = aws_iam_role.orders.id
  policy = data.aws_iam_policy_document.orders.json
}

data "aws_iam_policy_document" "orders" {
  statement {
    actions   = ["dynamodb:PutItems"] # flaw
    actions   = ["dynamodb:PutItem"] # mended
    resources = ["arn:aws:dynamodb:eu-west-1:111122223333:table/orders"]
  }
}
