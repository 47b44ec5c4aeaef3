const libxmljs = require("libxmljs");

exports.handler = async (event) => {
  return libxmljs.parseXml(event.body);
};
