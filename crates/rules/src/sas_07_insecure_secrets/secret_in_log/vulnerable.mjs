export const handler = async (event) => {
  console.log(process.env); // expect: SAS-7.16 the whole environment reaches `console.log` and stands in the log for whoever reads it
  console.log(process.env.STAGE);
  const settings = { ...process.env };
  console.log(settings.STAGE);
  return { statusCode: 204 };
};
