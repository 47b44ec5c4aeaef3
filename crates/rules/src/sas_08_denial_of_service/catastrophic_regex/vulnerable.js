exports.handler = async (event) => {
  const text = event.queryStringParameters.text;
  const bad = /^(\w+\s?)*$/.test(text); // expect: SAS-8.23 `event.queryStringParameters.text` is matched against `^(\w+\s?)*$`, which takes some texts in ever more ways: a few dozen characters keep the function busy until its timeout
  const good = /^[\w\s]*$/.test(text);
  const parts = text.match(/(x+x+)+y/); // expect: SAS-8.23 `event.queryStringParameters.text` is matched against `(x+x+)+y`, which takes some texts in ever more ways: a few dozen characters keep the function busy until its timeout
  return { statusCode: 200, body: JSON.stringify([bad, good, parts && parts.length]) };
};
