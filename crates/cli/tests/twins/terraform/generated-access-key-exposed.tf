resource "aws_iam_user" "deployer" {
  name = "deployer"
}

resource "aws_iam_access_key" "deployer" {
  user = aws_iam_user.deployer.name
}

output "key" { # flaw
  value = aws_iam_access_key.deployer.secret # flaw
} # flaw
