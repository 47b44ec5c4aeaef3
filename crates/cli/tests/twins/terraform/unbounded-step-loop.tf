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
        Type     = "Task"
        Resource = "arn:aws:states:::aws-sdk:athena:getQueryExecution"
        Retry    = [{ ErrorEquals = ["States.ALL"], MaxAttempts = 99 }] # flaw
        Retry    = [{ ErrorEquals = ["States.ALL"], MaxAttempts = 3 }] # mended
        End      = true
      }
    }
  })
}
