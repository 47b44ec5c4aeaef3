resource "aws_s3_bucket" "pictures" {
  bucket = "shop-pictures"
}

resource "aws_s3_bucket_cors_configuration" "pictures" {
  bucket = aws_s3_bucket.pictures.id
  cors_rule {
    allowed_methods = ["PUT"]
    allowed_origins = ["*"] # flaw
    allowed_origins = ["https://shop.example.com"] # mended
  }
}
