require "json"

def fail_with(event:, context:)
  work
  { statusCode: 200, body: JSON.generate(a: 1) }
rescue StandardError => e
  { statusCode: 500, body: JSON.generate(error: e.message, trace: e.backtrace) } # expect: error
end

def fail_in_part(event:, context:)
  begin
    work
  rescue => e
    { statusCode: 500, body: JSON.generate(error: e.message) } # expect: error
  end
end

def fail_through_helper(event:, context:)
  work
rescue => e
  respond(500, error: e.message)
end

def fail_in_text(event:, context:)
  work
  { statusCode: 200, body: "x" }
rescue => e
  { statusCode: 500, body: "failed: #{e.message}" } # expect: error
end

def succeed(event:, context:)
  work
  respond(200, state: "done")
rescue => e
  puts e.message
  respond(500, error: "failed")
end

def respond(status, body)
  { statusCode: status, body: body.to_json } # expect: error
end
