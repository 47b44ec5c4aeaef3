resource "aws_s3_bucket" "pictures" {
  bucket = "shop-pictures"
}

resource "aws_s3_bucket_versioning" "pictures" { # mended
  bucket = aws_s3_bucket.pictures.id # mended
  versioning_configuration { # mended
    status = "Enabled" # mended
  } # mended
} # mended
