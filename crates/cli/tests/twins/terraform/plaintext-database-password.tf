resource "aws_db_instance" "orders" {
  engine   = "postgres" # flaw
  username = "orders" # flaw
  password = "s3cr3t-Winter-2024" # flaw
  engine                      = "postgres" # mended
  username                    = "orders" # mended
  manage_master_user_password = true # mended
}
