exports.handler = async (event) => {
  const answer = await fetch('https://rates.example', { signal: AbortSignal.timeout(2000) });
  return { statusCode: answer.status };
};
