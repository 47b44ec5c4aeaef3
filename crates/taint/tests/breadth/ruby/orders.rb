require "json"
require "open3"
require "mysql2"
require "pg"
require "aws-sdk-s3"
require "cgi"

DB = Mysql2::Client.new(host: "db")

def lambda_handler(event:, context:)
  name = event["queryStringParameters"]["name"]
  body = JSON.parse(event["body"])
  system("convert #{name} out.png") # expect: command
  system("convert", name, "out.png")
  `ls #{name}` # expect: command
  %x(ls #{body["dir"]}) # expect: command
  exec("ls " + name) if name == body["x"] # expect: command
  { statusCode: 200, headers: { "Content-Type" => "text/html" }, body: "<h1>#{name}</h1>" } # expect: html
end

def processes(event:, context:)
  name = event["body"]
  Open3.capture2("ls #{name}") # expect: command
  Open3.capture3("ls", name)
  IO.popen("ls " + name) # expect: command
  IO.popen(["ls", name])
  open("|ls #{name}") # expect: command path
  spawn("ls " + name) # expect: command
  Process.spawn("ls", name)
  Kernel.system("ls #{name}") # expect: command
  eval(name) # expect: code
  instance_eval(name) # expect: code
  Object.const_get(name) # expect: code?
  send(name) # expect: code
  {}
end

def databases(event:, context:)
  name = event["queryStringParameters"]["name"]
  DB.query("SELECT * FROM t WHERE name = '#{name}'") # expect: sql
  DB.query("SELECT * FROM t WHERE name = '#{DB.escape(name)}'")
  DB.prepare("SELECT * FROM t WHERE name = ?").execute(name)
  conn = PG.connect(dbname: "shop")
  conn.exec("SELECT * FROM t WHERE name = '" + name + "'") # expect: sql
  conn.exec_params("SELECT * FROM t WHERE name = $1", [name])
  conn.exec("SELECT * FROM t WHERE id = #{name.to_i}")
  { statusCode: 200, body: CGI.escapeHTML(name) }
end

def files(event:, context:)
  event["Records"].each do |record|
    key = record["s3"]["object"]["key"]
    File.read("/tmp/#{key}") # expect: path
    File.open(File.join("/tmp", key), "w") # expect: path
    File.read(File.join("/tmp", File.basename(key)))
    FileUtils.rm("/tmp/" + key) # expect: path
    full = File.expand_path(File.join("/tmp", key))
    raise "outside" unless full.start_with?("/tmp/")
    File.delete(full)
  end
end

def failing(event:, context:)
  { statusCode: 200, body: JSON.parse(event["body"])["x"] }
rescue StandardError => e
  { statusCode: 500, body: e.message } # expect: error
end
