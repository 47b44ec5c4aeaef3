import * as jwt from "jsonwebtoken";
import { APIGatewayProxyHandler } from "aws-lambda";
import crypto from "crypto";
import https from "https";
import { S3Client, GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";

const s3 = new S3Client({});

export const handler: APIGatewayProxyHandler = async (event) => {
  const token = event.headers.Authorization!.split(" ")[1];
  const claims: any = jwt.decode(token); // expect: !unverified-jwt
  jwt.verify(token, process.env.SECRET!, { algorithms: ["none"] }); // expect: !unverified-jwt
  jwt.verify(token, process.env.SECRET!, { ignoreExpiration: true }); // expect: !unverified-jwt
  jwt.verify(token, process.env.SECRET!, { algorithms: ["HS256"] });
  crypto.createHash("md5").update(claims.sub).digest("hex"); // expect: !weak-hash
  crypto.createHash("sha256").update(claims.sub).digest("hex");
  crypto.createCipheriv("des-ede3-cbc", "k", "iv"); // expect: !weak-cipher
  new https.Agent({ rejectUnauthorized: false }); // expect: !disabled-tls-verification
  new https.Agent({ keepAlive: true });
  return { statusCode: 200, body: "" };
};

export const download: APIGatewayProxyHandler = async (event) => {
  const key = event.queryStringParameters!.key!;
  const command = new GetObjectCommand({ Bucket: "files", Key: key });
  const url = await getSignedUrl(s3, command, { expiresIn: 60 });
  const own = new GetObjectCommand({ Bucket: "files", Key: "public/logo.png" });
  await s3.send(own);
  await s3.send(new PutObjectCommand({ Bucket: "files", Key: `${Number(key)}.txt`, Body: event.body! }));
  return { statusCode: 200, body: url };
};

export const failing: APIGatewayProxyHandler = async (event) => {
  try {
    return { statusCode: 200, body: JSON.stringify(JSON.parse(event.body!).x) };
  } catch (err: any) {
    return { statusCode: 500, body: err.stack }; // expect: error
  }
};

export const quiet: APIGatewayProxyHandler = async (event) => {
  try {
    return { statusCode: 200, body: JSON.stringify(JSON.parse(event.body!).x) };
  } catch (err) {
    console.error(err);
    return { statusCode: 500, body: "internal error" };
  }
};
