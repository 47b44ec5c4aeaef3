resource "aws_sqs_queue" "shipments" {
  name = "shipments"
}

resource "aws_sqs_queue_policy" "shipments" {
  queue_url = aws_sqs_queue.shipments.id
  policy    = <<-EOT
    {
      "Version": "2012-10-17",
      "Statement": [{
        "Effect": "Allow",
        "Action": "sqs:SendMessage",
        "Principal": {"AWS": "arn:aws:iam::111122223333:root"},
        "Resource": "${aws_sqs_queue.shipments.arn}"
      }]
    }
  EOT
}
