resource "aws_instance" "worker" {
  ami           = "ami-0"
  iam_instance_profile = "worker"
  instance_type = "t3.micro"
  metadata_options { # mended
    http_tokens = "required" # mended
  } # mended
}
