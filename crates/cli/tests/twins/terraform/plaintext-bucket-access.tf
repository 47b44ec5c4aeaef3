resource "aws_s3_bucket" "uploads" {
  bucket = "example-uploads"
}

resource "aws_s3_bucket_policy" "uploads" { # mended
  bucket = aws_s3_bucket.uploads.id # mended
  policy = data.aws_iam_policy_document.tls.json # mended
} # mended

data "aws_iam_policy_document" "tls" { # mended
  statement { # mended
    effect    = "Deny" # mended
    actions   = ["s3:*"] # mended
    resources = [aws_s3_bucket.uploads.arn, "${aws_s3_bucket.uploads.arn}/*"] # mended
    principals { # mended
      type        = "*" # mended
      identifiers = ["*"] # mended
    } # mended
    condition { # mended
      test     = "Bool" # mended
      variable = "aws:SecureTransport" # mended
      values   = ["false"] # mended
    } # mended
  } # mended
} # mended
