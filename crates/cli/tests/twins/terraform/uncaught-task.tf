resource "aws_sfn_state_machine" "flow" {
  name     = "flow"
  role_arn = "arn:aws:iam::111122223333:role/flow"
  logging_configuration {
    log_destination = "arn:aws:logs:eu-west-1:111122223333:log-group:flow:*"
    level           = "ERROR"
  }
  definition = jsonencode({
    StartAt = "Reserve"
    States = {
      Reserve = { Type = "Task", Resource = "arn:aws:states:::dynamodb:putItem", Parameters = { TableName = "orders" }, Next = "Pay" }
      Pay = {
        Type     = "Task"
        Resource = "arn:aws:states:::lambda:invoke"
        Parameters = { FunctionName = "pay" }
        Catch    = [{ ErrorEquals = ["States.ALL"], Next = "Undo" }] # mended
        End      = true
      }
      Undo = { Type = "Fail" } # mended
    }
  })
}
