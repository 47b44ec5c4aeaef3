resource "aws_secretsmanager_secret" "database" {
  name = "orders/database-password"
}

resource "aws_secretsmanager_secret_version" "database" {
  secret_id     = aws_secretsmanager_secret.database.id
  secret_string = "k7Gq2xVw9LmZ" # flaw
  secret_string = random_password.database.result # mended
}

resource "random_password" "database" {
  length = 32
}
