resource "aws_sfn_state_machine" "flow" {
  name     = "flow"
  role_arn = "arn:aws:iam::111122223333:role/flow"
  logging_configuration {
    log_destination = "arn:aws:logs:eu-west-1:111122223333:log-group:flow:*"
    level           = "ERROR"
  }
  definition = jsonencode({
    StartAt = "Query"
    States = {
      Query = {
        Type     = "Task"
        Resource = "arn:aws:states:::athena:startQueryExecution.sync"
        Parameters = {
          "QueryString.$" = "States.Format('select * from orders where day = {}', $.day)" # flaw
          QueryString           = "select * from orders where day = ?" # mended
          "ExecutionParameters.$" = "States.Array($.day)" # mended
          WorkGroup     = "primary"
        }
        TimeoutSeconds = 60
        Retry          = [{ ErrorEquals = ["States.ALL"], MaxAttempts = 2 }]
        Catch          = [{ ErrorEquals = ["States.ALL"], Next = "Failed" }]
        End            = true
      }
      Failed = { Type = "Fail" }
    }
  })
}
