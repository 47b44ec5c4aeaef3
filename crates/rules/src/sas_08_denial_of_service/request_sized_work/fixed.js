exports.handler = async (event) => {
  const size = Number(event.queryStringParameters.size);
  if (size > 100) return { statusCode: 400 };
  const rows = [];
  for (let i = 0; i < size; i++) {
    rows.push(i);
  }
  return { statusCode: 200, body: JSON.stringify([rows, Buffer.alloc(size)]) };
};
