resource "aws_ecr_repository" "orders" {
  name                 = "orders"
  image_tag_mutability = "MUTABLE" # flaw
  image_tag_mutability = "IMMUTABLE" # mended
}
