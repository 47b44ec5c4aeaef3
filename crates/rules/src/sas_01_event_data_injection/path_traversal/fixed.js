const fs = require("fs");
const path = require("path");

exports.handler = async (event) => {
  const { name } = event.queryStringParameters;
  return fs.readFileSync(path.join("/tmp", path.basename(name)), "utf8");
};
