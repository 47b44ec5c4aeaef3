exports.handler = async (event) => ({ // expect: SAS-1.15 `event.queryStringParameters.next` reaches the `Location` header as an address that a browser is sent to: a link to your domain ends at a page of the attacker
  statusCode: 302,
  headers: { Location: event.queryStringParameters.next },
});
