variable "database_password" {
  type      = string
  sensitive = true
}

output "database_password" {
  value     = var.database_password
  sensitive = true # mended
}
