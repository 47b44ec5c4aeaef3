export const handler = async (event) => {
  const [header, payload] = event.headers.authorization.split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()); // expect: SAS-2.24 `JSON.parse` (of the payload of a token) reads a token that nobody checked: whoever makes one up is who they say they are
  const key = JSON.parse(Buffer.from(header, 'base64url').toString()).kid;
  const order = JSON.parse(Buffer.from(event.body, 'base64').toString());
  return { statusCode: claims.role === 'admin' && key && order ? 204 : 403 };
};
