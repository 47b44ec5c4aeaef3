resource "aws_dynamodb_table" "orders" {
  name     = "orders"
  hash_key = "id"
  point_in_time_recovery { # mended
    enabled = true # mended
  } # mended
}
