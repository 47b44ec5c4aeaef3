exports.handler = async (event) => {
  console.log(Number(event.queryStringParameters.count));
};
