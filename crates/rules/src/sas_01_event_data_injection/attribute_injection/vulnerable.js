const _ = require("lodash");

const defaults = { language: "en" };

exports.handler = async (event) => {
  const body = JSON.parse(event.body);
  _.merge({}, defaults, { language: "de" });
  return _.merge({}, defaults, body); // expect: SAS-1.26 `event.body` reaches `lodash.merge` as names of fields: whoever sends it sets fields that were not meant (`isAdmin`, `__proto__`)
};
