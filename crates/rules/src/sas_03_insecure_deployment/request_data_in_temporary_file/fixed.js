const fs = require("fs");

exports.handler = async (event) => {
  try {
    fs.writeFileSync("/tmp/order.json", event.payload);
  } finally {
    fs.rmSync("/tmp/order.json", { force: true });
  }
  return { statusCode: 204 };
};
