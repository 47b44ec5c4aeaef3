resource "aws_iam_user" "deployer" {
  name = "deployer"
}

resource "aws_iam_access_key" "deployer" { # flaw
  user = aws_iam_user.deployer.name # flaw
} # flaw
