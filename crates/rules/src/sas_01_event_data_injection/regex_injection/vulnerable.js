exports.handler = async (event) => {
  const { words } = event.queryStringParameters;
  "an order".includes(words);
  return new RegExp(words).test("an order"); // expect: SAS-1.24 `words` reaches `RegExp` as a regular expression: a few characters keep the function busy until its timeout
};
