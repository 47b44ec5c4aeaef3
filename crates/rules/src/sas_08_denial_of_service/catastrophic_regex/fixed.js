exports.handler = async (event) => {
  const text = event.queryStringParameters.text;
  if (text.length > 64) return { statusCode: 400 };
  return { statusCode: /^(\w+\s?)*$/.test(text) ? 200 : 400 };
};
