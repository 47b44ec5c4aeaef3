resource "aws_s3_bucket" "pictures" {
  bucket = "shop-pictures"
}
