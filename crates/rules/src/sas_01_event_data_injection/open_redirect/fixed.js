const PAGES = { home: "/", orders: "/orders" };

exports.handler = async (event) => ({
  statusCode: 302,
  headers: { Location: PAGES[event.queryStringParameters.next] },
});
