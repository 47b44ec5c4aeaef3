resource "aws_db_instance" "orders" {
  engine              = "postgres"
  publicly_accessible = true # flaw
  publicly_accessible = false # mended
}
