resource "aws_s3_bucket" "pictures" {
  bucket = "shop-pictures"
}

resource "aws_s3_bucket_public_access_block" "pictures" {
  bucket                  = aws_s3_bucket.pictures.id
  block_public_acls       = false # flaw
  block_public_acls       = true # mended
  block_public_policy     = false # flaw
  block_public_policy     = true # mended
  ignore_public_acls      = false # flaw
  ignore_public_acls      = true # mended
  restrict_public_buckets = false # flaw
  restrict_public_buckets = true # mended
}
