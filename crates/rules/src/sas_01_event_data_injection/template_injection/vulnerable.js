const ejs = require("ejs");

exports.handler = async (event) => {
  const { name } = event.queryStringParameters;
  return ejs.render(`Hello ${name}`); // expect: SAS-1.17 `name` reaches `ejs.render` as part of a template: expressions in it run inside the function
};
