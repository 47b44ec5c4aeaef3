resource "aws_iam_role_policy" "orders" {
  role   = aws_iam_role.orders.id
  policy = data.aws_iam_policy_document.orders.json
}

data "aws_iam_policy_document" "orders" {
  statement {
    actions   = ["iam:PassRole", "lambda:CreateFunction", "lambda:InvokeFunction"] # flaw
    resources = ["*"] # flaw
    actions   = ["lambda:InvokeFunction"] # mended
    resources = ["arn:aws:lambda:eu-west-1:111122223333:function:ship"] # mended
  }
}
