const serialize = require("node-serialize");

exports.handler = async (event) => {
  JSON.parse(event.body);
  return serialize.unserialize(event.body); // expect: SAS-1.21 `event.body` reaches `node-serialize.unserialize` as objects to build: whoever sends it decides which code runs while they are built
};
