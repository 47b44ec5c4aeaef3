resource "aws_sfn_state_machine" "flow" {
  name       = "flow"
  role_arn   = "arn:aws:iam::111122223333:role/flow"
  definition = jsonencode({ StartAt = "Done", States = { Done = { Type = "Succeed" } } })
  logging_configuration {
    log_destination        = "arn:aws:logs:eu-west-1:111122223333:log-group:flow:*"
    level                  = "ALL"
    include_execution_data = true # flaw
    include_execution_data = false # mended
  }
}
