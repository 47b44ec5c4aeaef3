const fs = require("fs");

exports.handler = async (event) => {
  fs.writeFileSync("/tmp/order.json", event.payload); // expect: SAS-3.33 `fs.writeFileSync` puts data of a request below `/tmp`, and nothing removes it: later invocations in the same execution environment find it
  fs.writeFileSync("/tmp/settings.json", "{}");
  return { statusCode: 204 };
};
