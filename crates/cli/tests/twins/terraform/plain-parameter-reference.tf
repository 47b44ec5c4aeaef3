resource "aws_ssm_parameter" "password" {
  name  = "/orders/database-password"
  type  = "String" # flaw
  type  = "SecureString" # mended
  value = var.database_password
}

variable "database_password" {
  type      = string
  sensitive = true
}
