exports.handler = async (event) => {
  const { words } = event.queryStringParameters;
  return /^[a-z]+$/.test(words) && "an order".includes(words);
};
