const libxmljs = require("libxmljs");

exports.handler = async (event) => {
  libxmljs.parseXml(event.body, { noent: false });
  return libxmljs.parseXml(event.body, { noent: true }); // expect: SAS-1.20 `event.body` reaches `libxmljs.parseXml` as XML whose entities are resolved: whoever sends it reads files and makes the function call addresses
};
