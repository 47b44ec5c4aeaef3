require "sinatra"
require "net/http"
require "open-uri"
require "yaml"
require "erb"
require "digest"
require "openssl"
require "nokogiri"

get "/run" do
  system("ls #{params[:dir]}") # expect: command
  system("ls", params[:dir])
  File.read("/data/" + params["file"]) # expect: path
  redirect params[:next] # expect: redirect
end

post "/load" do
  body = request.body.read
  Marshal.load(body) # expect: deserialization
  YAML.load(body) # expect: deserialization
  YAML.safe_load(body)
  YAML.unsafe_load(body) # expect: deserialization
  ERB.new(params[:template]).result # expect: template
  Net::HTTP.get(URI(params[:url])) # expect: url
  URI.open(params[:url]) # expect: url path
  Nokogiri::XML(body) { |config| config.noent } # expect: xml?
  Nokogiri::XML(body)
  doc = Nokogiri::XML("<a/>")
  doc.xpath("//user[@name='#{params[:name]}']") # expect: xpath
  Digest::MD5.hexdigest("x") # expect: !weak-hash
  Digest::SHA256.hexdigest("x")
  OpenSSL::Cipher.new("des-cbc") # expect: !weak-cipher
  rand(100) # expect: !weak-random
  "ok"
end

class OrdersController < ApplicationController
  def index
    @orders = Order.where("name = '#{params[:name]}'") # expect: sql?
    @orders = Order.where("name = ?", params[:name])
    @orders = Order.where(name: params[:name])
    @orders = Order.order(params[:sort]) # expect: sql?
    Order.find_by_sql("SELECT * FROM o WHERE name = '" + params[:name] + "'") # expect: sql?
    ActiveRecord::Base.connection.execute("DELETE FROM o WHERE id = #{params[:id].to_i}")
    ActiveRecord::Base.connection.execute("DELETE FROM o WHERE id = #{params[:id]}") # expect: sql?
    params[:kind].constantize.new # expect: code?
    redirect_to params[:back] # expect: redirect
  end

  def show
    render html: "<b>#{params[:name]}</b>".html_safe # expect: html html?
    send_file("/data/" + params[:name]) # expect: path
    Order.find(params[:id])
  end
end
