resource "aws_elasticache_replication_group" "orders" {
  replication_group_id       = "orders"
  description                = "orders"
  engine                     = "valkey"
  transit_encryption_enabled = false # flaw
  transit_encryption_enabled = true # mended
}
