resource "aws_ssm_parameter" "host" {
  name        = "/orders/host"
  type        = "String"
  value       = "orders.example.com"
  description = "AKIAQ7ZK3RDL5WMX2NVB" # flaw
  description = "where the orders are" # mended
}
