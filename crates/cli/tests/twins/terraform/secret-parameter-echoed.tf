variable "database_password" {
  type      = string
  sensitive = true # mended
}
