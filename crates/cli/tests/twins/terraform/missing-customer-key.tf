resource "aws_sns_topic" "orders" {
  name              = "orders"
  kms_master_key_id = "alias/aws/sns" # flaw
  kms_master_key_id = aws_kms_key.orders.id # mended
}

resource "aws_kms_key" "orders" {
  enable_key_rotation = true
}
