resource "aws_iam_user" "clerk" {
  name = "clerk"
}

resource "aws_iam_user_policy_attachment" "clerk" { # flaw
  user       = aws_iam_user.clerk.name # flaw
  policy_arn = "arn:aws:iam::aws:policy/ReadOnlyAccess" # flaw
} # flaw
