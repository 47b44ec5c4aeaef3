const handler = async (event) => {
  const { size, text, wait } = event.queryStringParameters;
  const rows = [];
  for (let i = 0; i < Number(size); i++) { // expect: SAS-8.22 `size` reaches the test of a loop without a bound: one request keeps the function busy, or takes its memory, until it ends
    rows.push(i);
  }
  const limit = Math.min(Number(size), 50);
  for (let i = 0; i < limit; i++) {
    rows.push(i);
  }
  for (let i = 0; i < text.length; i++) {
    rows.push(text[i]);
  }
  const buffer = Buffer.alloc(parseInt(size, 10)); // expect: SAS-8.22 `size` reaches `Buffer.alloc` without a bound: one request keeps the function busy, or takes its memory, until it ends
  await new Promise((resolve) => setTimeout(resolve, Number(wait))); // expect: SAS-8.22 `wait` reaches `setTimeout` without a bound: one request keeps the function busy, or takes its memory, until it ends
  const padding = 'x'.repeat(size); // expect: SAS-8.22 `size` reaches `repeat` without a bound: one request keeps the function busy, or takes its memory, until it ends
  return { statusCode: 200, body: JSON.stringify([rows.length, buffer.length, padding.length]) };
};

exports.handler = handler;
