exports.handler = async (event) => {
  switch (event.httpMethod) {
    case 'GET':
      return { statusCode: 204, headers: { 'Set-Cookie': 'sid=1; HttpOnly' } }; // expect: SAS-2.25 `Set-Cookie` (without `Secure`) sets a cookie that travels in the clear or that scripts of the page can read
    case 'PUT':
      return { statusCode: 204, multiValueHeaders: { 'set-cookie': ['a=1; Secure; HttpOnly', 'b=2; Secure'] } }; // expect: SAS-2.25 `Set-Cookie` (without `HttpOnly`) sets a cookie that travels in the clear or that scripts of the page can read
    case 'POST':
      return { statusCode: 204, cookies: ['sid=' + event.requestContext.requestId] }; // expect: SAS-2.25 `Set-Cookie` (without `Secure` and `HttpOnly`) sets a cookie that travels in the clear or that scripts of the page can read
    default:
      return { statusCode: 204, headers: { 'Set-Cookie': 'sid=; Max-Age=0' } };
  }
};
