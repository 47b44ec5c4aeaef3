resource "aws_db_instance" "orders" {
  identifier                  = "orders"
  engine                      = "postgres"
  instance_class              = "db.t4g.micro"
  username                    = "orders"
  manage_master_user_password = true
  storage_encrypted           = false # flaw
  storage_encrypted           = true # mended
}
