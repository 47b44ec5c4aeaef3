require 'json'
require_relative 'orders/store'

module Shop
  TABLE = ENV.fetch('TABLE', "orders-#{ENV['STAGE']}").freeze
  class Order < Struct.new(:id, :lines)
    include Comparable
    attr_accessor :state, :total
    @@count = 0
    class << self
      def load(text, *rest, default: nil, **options, &block) = new(JSON.parse(text)['id'], rest)
    end
    def initialize(id, lines = [], state: :open)
      @id, (@first, *@rest) = id, lines
      super(id, lines)
      @state ||= state
    end
    def <=>(other) = id <=> other&.id
    def method_missing(name, *args)
      return super unless name.end_with?('?')
      @@count += 1
    end
  end
end

def handler(event:, context:)
  id = event.dig('queryStringParameters', 'id') || raise(ArgumentError, 'no id')
  words = %w[a b c].map(&:upcase).each_with_index.map { |word, at| "#{word}#{at}" }
  numbers = { a: 1, 'b' => 2, **{ c: 3 } }
  case event
  in { body: String => body, headers: { host: /shop/ } } if body.size > 3 then puts body
  in [Integer | Float => first, *] unless first.zero?
    $last = first
  else
    nil
  end
  kind = case id when /^a(\d+)/, 'b'..'d' then $1 when *words then :word else ->(x, y = 2) { x ** y } end
  begin
    out = `ls #{id}`
    system('echo', *words) and return { statusCode: 200, body: out }
  rescue IOError, SystemCallError => error
    retry if (tries = (tries || 0) + 1) < 3
    warn error.message
  else
    yield words if block_given?
  ensure
    File.open("/tmp/#{id}", 'w') do |file| file << <<~TEXT end
      #{numbers[:a]} and #{kind.inspect}
    TEXT
  end
  until words.empty? do words.pop; next if words.size.odd?; break unless id end
  eval(id) rescue nil
  for a, b in numbers do redo_it = a..; end
  { statusCode: id =~ /x/i ? 200 : 404, body: words.sum { _1.to_i }.to_s }
end
