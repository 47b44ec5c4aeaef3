NAME = /\A[a-z]+\z/

def handler(event:, context:)
  a = event['queryStringParameters']['a']
  return unless a.match?(/^[a-z]+$/)

  system("ls #{a}") # expect: command
  return unless a.match?(NAME)

  system("ls #{a}")
  b = event['queryStringParameters']['b']
  return unless %w[x y].include?(b)

  system("ls #{b}")
  c = event['queryStringParameters']['c']
  return unless c =~ /\A\w+\z/

  system("ls #{c}")
  d = event['queryStringParameters']['d']
  system("ls #{d}") # expect: command
end
