resource "aws_secretsmanager_secret" "database" {
  name = "orders/database-password"
}

resource "aws_secretsmanager_secret_rotation" "database" { # mended
  secret_id           = aws_secretsmanager_secret.database.id # mended
  rotation_lambda_arn = "arn:aws:lambda:eu-west-1:111122223333:function:rotate" # mended
  rotation_rules { # mended
    automatically_after_days = 30 # mended
  } # mended
} # mended
