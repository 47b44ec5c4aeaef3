const ejs = require("ejs");

exports.handler = async (event) => {
  return ejs.render("Hello <%= name %>", { name: event.queryStringParameters.name });
};
