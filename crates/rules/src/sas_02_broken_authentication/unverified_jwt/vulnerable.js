const jwt = require("jsonwebtoken");

exports.handler = async (event) => {
  return jwt.decode(event.headers.authorization).sub; // expect: SAS-2.24 `jsonwebtoken.decode` reads a token that nobody checked: whoever makes one up is who they say they are
};
