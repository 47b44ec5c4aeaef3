resource "aws_cloudformation_stack" "network" {
  name         = "network"
  template_url = "https://s3.amazonaws.com/shared-parts/network.yaml" # flaw
  template_body = file("network.yaml") # mended
}
