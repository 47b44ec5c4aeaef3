const crypto = require("crypto");

exports.handler = async () => crypto.createHash("md5").digest("hex"); // expect: SAS-7.19 `crypto.createHash` (MD5) is broken: two texts with the same hash can be made, and passwords guessed fast
