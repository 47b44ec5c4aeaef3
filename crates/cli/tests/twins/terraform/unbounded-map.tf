resource "aws_sfn_state_machine" "flow" {
  name     = "flow"
  role_arn = "arn:aws:iam::111122223333:role/flow"
  logging_configuration {
    log_destination = "arn:aws:logs:eu-west-1:111122223333:log-group:flow:*"
    level           = "ERROR"
  }
  definition = jsonencode({
    StartAt = "Each"
    States = {
      Each = {
        Type           = "Map"
        MaxConcurrency = 10 # mended
        ItemProcessor = {
          ProcessorConfig = { Mode = "DISTRIBUTED", ExecutionType = "EXPRESS" }
          StartAt         = "One"
          States = {
            One = { Type = "Task", Resource = "arn:aws:states:::lambda:invoke", Parameters = { FunctionName = "one" }, End = true }
          }
        }
        End = true
      }
    }
  })
}
