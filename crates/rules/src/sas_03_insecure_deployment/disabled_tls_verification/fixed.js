const fs = require("fs");
const https = require("https");

const agent = new https.Agent({ ca: fs.readFileSync("ca.pem") });

exports.handler = async () => agent.maxSockets;
