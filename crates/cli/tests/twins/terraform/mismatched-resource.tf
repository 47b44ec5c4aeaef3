resource "aws_iam_role_policy" "orders" {
  role   = aws_iam_role.orders.id
  policy = data.aws_iam_policy_document.orders.json
}

data "aws_iam_policy_document" "orders" {
  statement {
    actions   = ["s3:ListBucket"]
    resources = ["arn:aws:s3:::orders/*"] # flaw
    resources = ["arn:aws:s3:::orders"] # mended
  }
}
