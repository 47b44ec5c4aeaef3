export const handler = async (event) => {
  const body = JSON.stringify({ stage: process.env.STAGE, all: process.env });
  return { statusCode: 200, body }; // expect: SAS-7.17 the whole environment reaches the response body and whoever calls the function has it
};
