resource "aws_iam_role_policy" "orders" {
  role   = aws_iam_role.orders.id
  policy = data.aws_iam_policy_document.orders.json
}

data "aws_iam_policy_document" "orders" {
  statement {
    actions   = ["dynamodb:GetItem"]
    resources = ["arn:aws:dynamodb:eu-west-1:111122223333:table/orders"]
    condition {
      test     = "StringEquals"
      variable = "dynamodb:LeadingKey" # flaw
      variable = "dynamodb:LeadingKeys" # mended
      values   = ["orders"]
    }
  }
}
