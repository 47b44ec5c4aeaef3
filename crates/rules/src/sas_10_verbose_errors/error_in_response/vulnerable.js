const fs = require("fs");

exports.handler = async (event) => {
  try {
    fs.readFileSync("orders.json");
  } catch (error) {
    return { statusCode: 500, body: error.stack }; // expect: SAS-10.11 a stack trace reaches the response body and tells callers how the function works inside
  }
  return { statusCode: 204 };
};
