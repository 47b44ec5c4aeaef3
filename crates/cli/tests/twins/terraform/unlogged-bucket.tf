resource "aws_s3_bucket" "orders" {
  bucket = "example-orders"
}

resource "aws_s3_bucket_logging" "orders" { # mended
  bucket        = aws_s3_bucket.orders.id # mended
  target_bucket = "example-logs" # mended
  target_prefix = "orders/" # mended
} # mended
