const https = require("https");

const open = new https.Agent({ rejectUnauthorized: false }); // expect: SAS-3.28 `http.Agent` (rejectUnauthorized: false) accepts any certificate: whoever stands between reads and changes what is sent
const agent = new https.Agent({ keepAlive: true });

exports.handler = async () => [open, agent].length;
