data "aws_iam_policy_document" "POLICY" {
  count = local.makes_role && var.attach_POLICY_policy ? 1 : 0
  statement {
    actions   = ACTIONS
    resources = TARGETS
  }
}

resource "aws_iam_role_policy" "POLICY" {
  count  = local.makes_role && var.attach_POLICY_policy ? 1 : 0
  role   = aws_iam_role.LABEL[0].name
  policy = data.aws_iam_policy_document.POLICY[0].json
}
