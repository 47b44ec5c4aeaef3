resource "aws_iam_role_policy" "orders" {
  role   = aws_iam_role.orders.id
  policy = data.aws_iam_policy_document.orders.json
}

data "aws_iam_policy_document" "orders" {
  statement {
    actions   = ["sts:AssumeRole"]
    resources = ["*"] # flaw
    resources = ["arn:aws:iam::444455556666:role/orders"] # mended
  }
}
