exports.handler = async (event) => ({
  statusCode: 200,
  headers: { "Content-Type": "text/html" },
  body: `<h1>Hello ${event.queryStringParameters.name}</h1>`, // expect: SAS-1.16 `event.queryStringParameters.name` reaches an HTML response as part of a page: scripts in it run in the browser of whoever opens it
});
