variable "database_password" {
  type      = string
  sensitive = true
  default   = "k7Gq2xVw9LmZ" # flaw
}
