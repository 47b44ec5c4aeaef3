const _ = require("lodash");

const defaults = { language: "en" };

exports.handler = async (event) => {
  const { language } = JSON.parse(event.body);
  return { ...defaults, language, ..._.pick(defaults, ["language"]) };
};
