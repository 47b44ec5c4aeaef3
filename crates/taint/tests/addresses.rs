//! Addresses whose host is written down lead nowhere else, however they are put together.

mod marked_code;

use marked_code::{check, javascript, python};

#[test]
fn python_puts_texts_together_in_four_ways() {
    python(
        "import requests
def handler(event, context):
    x = event['body']
    requests.get('https://api.example.com/users/{}'.format(x))
    requests.get('https://api.example.com/users/{id}'.format(id=x))
    requests.get('https://api.example.com/users/%s' % x)
    requests.get('https://api.example.com/%s/%s' % ('users', x))
    requests.get('/'.join(['https://api.example.com', 'users', x]))
    requests.get('https://{}/users'.format(x))  # expect: url
    requests.get('https://{}/users/{}'.format('api.example.com', x))
    requests.get('https://{}/users/{}'.format(x, 1))  # expect: url
    requests.get('https://%s/users' % x)  # expect: url
    requests.get('https://%s/users/%s' % (x, 'a'))  # expect: url
    requests.get('.'.join(['https://api', x]))  # expect: url
    requests.get('/'.join([x, 'users']))  # expect: url
",
    );
}

#[test]
fn go_formats_addresses() {
    check(
        "main.go",
        "package main
import (
	\"fmt\"
	\"net/http\"
	\"github.com/aws/aws-lambda-go/lambda\"
)
type Order struct { Name string }
func handler(order Order) error {
	http.Get(fmt.Sprintf(\"https://api.example.com/users/%s\", order.Name))
	http.Get(fmt.Sprintf(\"https://%s/users\", order.Name)) // expect: url
	http.Get(fmt.Sprintf(\"https://%s/users/%s\", \"api.example.com\", order.Name))
	return nil
}
func main() { lambda.Start(handler) }
",
    );
}

#[test]
fn java_formats_addresses() {
    check(
        "Orders.java",
        "package shop;
import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import java.net.URL;
import java.util.Map;
public class Orders implements RequestHandler<Map<String, String>, String> {
  public String handleRequest(Map<String, String> request, Context context) {
    new URL(String.format(\"https://api.example.com/users/%s\", request.get(\"a\"))).openStream();
    new URL(String.format(\"https://%s/users\", request.get(\"a\"))).openStream(); // expect: url
    return \"\";
  }
}
",
    );
}

#[test]
fn csharp_puts_values_into_addresses() {
    check(
        "Function.cs",
        "using System.Net.Http;
using Amazon.Lambda.Core;
using Amazon.Lambda.APIGatewayEvents;
namespace Shop;
public class Function {
  private readonly HttpClient client = new HttpClient();
  public string FunctionHandler(APIGatewayProxyRequest request, ILambdaContext context) {
    client.GetStringAsync($\"https://api.example.com/users/{request.Body}\");
    client.GetStringAsync(string.Format(\"https://api.example.com/users/{0}\", request.Body));
    client.GetStringAsync($\"https://{request.Body}/users\"); // expect: url
    client.GetStringAsync(string.Format(\"https://{0}/users\", request.Body)); // expect: url
    return \"\";
  }
}
",
    );
}

#[test]
fn a_map_of_constants_is_an_allow_list() {
    javascript(
        "const { exec } = require('child_process');
const ALLOWED = new Map([['start', 'systemctl start x'], ['stop', 'systemctl stop x']]);
exports.handler = async (event) => {
  exec(ALLOWED.get(event.body));
  const kept = new Map();
  kept.set('a', event.body);
  exec(kept.get(event.headers.key)); // expect: command
  kept.set(event.headers.key, 'date');
  exec(kept.get('a')); // expect: command
  const made = new Map([['a', event.body]]);
  exec(made.get(event.headers.key)); // expect: command
};
",
    );
}

#[test]
fn a_request_of_ones_own_and_the_path_of_a_viewer_lead_nowhere_else() {
    marked_code::check_event(
        marked_code::is_danger,
        "handler.js",
        "const axios = require('axios');
const API = process.env.API;
exports.handler = async (event) => {
  const request = event.Records[0].cf.request;
  await axios.get(`https://${process.env.HOST}${request.uri}`, { timeout: 1 });
  await axios.get(`https://${request.headers.host[0].value}/x`, { timeout: 1 }); // expect: url
  await fetch(new Request(API, { method: 'POST', body: JSON.stringify(event) }));
};
",
        &["cloudfront"],
    );
    marked_code::check_event(
        marked_code::is_danger,
        "handler.py",
        "import requests
def handler(event, context):
    requests.get(event['getObjectContext']['inputS3Url'], timeout=5)
    requests.get(event['url'], timeout=5)  # expect: url
",
        &["direct"],
    );
}

#[test]
fn an_object_of_the_program_is_answered_as_json() {
    check(
        "Orders.java",
        "package shop;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
@RestController
public class Orders {
  static class Order { String name; }
  @GetMapping(\"/{id}\")
  public Order one(@PathVariable String id) {
    return (Order) (Object) id;
  }
  @GetMapping(\"/name/{id}\")
  public String name(@PathVariable String id) {
    return (String) (Object) id; // expect: html
  }
}
",
    );
}
