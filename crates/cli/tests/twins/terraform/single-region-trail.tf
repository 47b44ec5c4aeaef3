resource "aws_cloudtrail" "all" {
  name           = "all"
  s3_bucket_name = "trail"
  is_multi_region_trail = true # mended
}
