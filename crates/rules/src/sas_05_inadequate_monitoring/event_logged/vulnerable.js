exports.handler = async (event) => {
  console.log("event", event); // expect: SAS-5.26 `event` reaches `console.log` whole: tokens, names and addresses in it stand in the log for whoever reads it
  console.log(Number(event.queryStringParameters.count));
};
