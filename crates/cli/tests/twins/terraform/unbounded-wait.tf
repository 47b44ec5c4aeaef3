resource "aws_sfn_state_machine" "flow" {
  name     = "flow"
  role_arn = "arn:aws:iam::111122223333:role/flow"
  logging_configuration {
    log_destination = "arn:aws:logs:eu-west-1:111122223333:log-group:flow:*"
    level           = "ERROR"
  }
  definition = jsonencode({
    StartAt = "Ask"
    States = {
      Ask = {
        Type           = "Task"
        Resource       = "arn:aws:states:::sqs:sendMessage.waitForTaskToken"
        TimeoutSeconds = 3600 # mended
        Parameters = {
          QueueUrl    = "https://sqs.eu-west-1.amazonaws.com/111122223333/approvals"
          MessageBody = { "token.$" = "$$.Task.Token" }
        }
        End = true
      }
    }
  })
}
