const fs = require("fs");
const path = require("path");

exports.handler = async (event) => {
  const { name } = event.queryStringParameters;
  fs.readFileSync(path.join("/tmp", path.basename(name)));
  return fs.readFileSync(path.join("/tmp", name), "utf8"); // expect: SAS-1.13 `name` reaches `fs.readFileSync` as part of a path: `../` in it leads to any file that the function can read or write
};
