export const handler = async (event) => {
  console.log(process.env.STAGE);
  return { statusCode: 204 };
};
