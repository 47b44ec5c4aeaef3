resource "aws_secretsmanager_secret" "database" {
  name = "database"
}

resource "aws_secretsmanager_secret_policy" "database" {
  secret_arn = aws_secretsmanager_secret.database.arn
  policy = jsonencode({
    Statement = [{
      Effect    = "Allow"
      Principal = "*" # flaw
      Principal = { AWS = "arn:aws:iam::111122223333:role/orders" } # mended
      Action    = "secretsmanager:GetSecretValue"
      Resource  = "*"
    }]
  })
}
