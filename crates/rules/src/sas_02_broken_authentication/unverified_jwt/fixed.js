const fs = require("fs");
const jwt = require("jsonwebtoken");

exports.handler = async (event) => {
  const issuer = fs.readFileSync("issuer.pem");
  return jwt.verify(event.headers.authorization, issuer, { algorithms: ["RS256"] }).sub;
};
