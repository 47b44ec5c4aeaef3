const yaml = require("js-yaml");

exports.handler = async (event) => {
  return { order: JSON.parse(event.body), file: yaml.safeLoad(event.body) };
};
