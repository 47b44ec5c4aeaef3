const fs = require("fs");

exports.handler = async (event) => {
  try {
    fs.readFileSync("orders.json");
  } catch (error) {
    console.error("failed", error.name);
    return { statusCode: 500, body: "it failed" };
  }
  return { statusCode: 204 };
};
