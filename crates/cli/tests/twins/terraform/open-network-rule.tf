resource "aws_security_group" "db" {
  name = "db"
  ingress {
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"] # flaw
    cidr_blocks = ["10.0.0.0/8"] # mended
  }
}
