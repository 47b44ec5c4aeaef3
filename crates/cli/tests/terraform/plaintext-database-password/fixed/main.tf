resource "aws_db_instance" "orders" {
  engine                      = "postgres"
  username                    = "orders"
  manage_master_user_password = true
}
