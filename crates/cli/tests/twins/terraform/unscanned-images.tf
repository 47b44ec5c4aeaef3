resource "aws_ecr_repository" "orders" {
  name = "orders"
  image_scanning_configuration {
    scan_on_push = false # flaw
    scan_on_push = true # mended
  }
}
