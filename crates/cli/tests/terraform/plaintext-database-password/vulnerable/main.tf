resource "aws_db_instance" "orders" {
  engine   = "postgres"
  username = "orders"
  password = "s3cr3t-Winter-2024"
}
