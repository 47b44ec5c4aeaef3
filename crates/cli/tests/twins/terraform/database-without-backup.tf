resource "aws_db_instance" "orders" {
  engine = "postgres" # flaw
  engine                  = "postgres" # mended
  backup_retention_period = 7 # mended
}
