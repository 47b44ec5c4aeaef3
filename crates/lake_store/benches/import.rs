//! Megabytes of CloudTrail that are imported in a second: `cargo bench -p lake_store -- [MEGABYTES] [FOLDER]`.
//!
//! The corpus is made: gzip files of 3,000 events of about 1.3 KB, of 40 days, 200 roles, 4 regions; each event
//! has an id, a request and a key of its own. Files and lake stay in FOLDER when one is named.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "a measurement prints its figures and fails by panicking"
)]

use std::{
    fmt::Write as _,
    path::{Path, PathBuf},
    time::Instant,
};

use lake_store::{Import, Lake, import};
use libdeflater::{CompressionLvl, Compressor};

const EVENTS_OF_FILE: u64 = 3_000;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|it| !it.starts_with('-')).collect();
    let megabytes: u64 = words.first().and_then(|it| it.parse().ok()).unwrap_or(256);
    let scratch = tempfile::tempdir().unwrap();
    let folder = words.get(1).map_or_else(|| scratch.path().to_path_buf(), PathBuf::from);
    let trail = folder.join("trail");
    std::fs::create_dir_all(&trail).unwrap();
    let bytes = corpus(&trail, megabytes << 20);
    let lake = Lake::create(folder.join("lake").to_str().unwrap()).unwrap();
    for round in ["import", "again"] {
        let started = Instant::now();
        let request = Import { paths: vec![trail.clone()], ..Import::default() };
        let outcome = import(&lake, &request, &|_, _| {}).unwrap();
        let seconds = started.elapsed().as_secs_f64();
        let rate = bytes as f64 / 1e6 / seconds;
        println!(
            "{round}: {} events written of {} files, {:.0} MB of JSON in {seconds:.2} s: {rate:.0} MB/s, {:.0} MB of Parquet",
            outcome.written,
            outcome.files,
            bytes as f64 / 1e6,
            outcome.data_bytes as f64 / 1e6,
        );
    }
}

/// Writes files until their events have so many bytes; gives the bytes.
fn corpus(folder: &Path, enough: u64) -> u64 {
    let (mut bytes, mut id) = (0, 0_u64);
    let mut compressor = Compressor::new(CompressionLvl::default());
    let mut files = 0;
    while bytes < enough {
        let mut text = String::from("{\"Records\":[");
        for at in 0..EVENTS_OF_FILE {
            if at > 0 {
                text.push(',');
            }
            event(&mut text, id, files);
            id += 1;
        }
        text.push_str("]}");
        bytes += text.len() as u64;
        let mut packed = vec![0; compressor.gzip_compress_bound(text.len())];
        let length = compressor.gzip_compress(text.as_bytes(), &mut packed).unwrap();
        packed.truncate(length);
        std::fs::write(folder.join(format!("{files:06}.json.gz")), packed).unwrap();
        files += 1;
    }
    bytes
}

fn event(text: &mut String, id: u64, file: u64) {
    let random = id.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29);
    let role = random % 200;
    let region = ["eu-west-1", "eu-central-1", "us-east-1", "us-west-2"]
        .get(usize::try_from(file % 4).unwrap())
        .unwrap();
    let (day, second) = (file / 4 % 28 + 1, id % 60);
    let (month, hour) = (file / 4 / 28 % 12 + 1, id / 60 % 24);
    let calls =
        [("s3", "GetObject"), ("dynamodb", "PutItem"), ("kms", "Decrypt"), ("sqs", "SendMessage")];
    let (service, name) = calls.get(usize::try_from(random / 7 % 4).unwrap()).unwrap();
    let address = random / 11 % 250;
    write!(
        text,
        r#"{{"eventVersion":"1.11","userIdentity":{{"type":"AssumedRole","principalId":"AROAEXAMPLE{role:06}:fn-{role}","arn":"arn:aws:sts::111122223333:assumed-role/role-{role}/fn-{role}","accountId":"111122223333","accessKeyId":"ASIAEXAMPLE{random:016x}","sessionContext":{{"sessionIssuer":{{"type":"Role","principalId":"AROAEXAMPLE{role:06}","arn":"arn:aws:iam::111122223333:role/app/role-{role}","accountId":"111122223333","userName":"role-{role}"}},"attributes":{{"creationDate":"2025-{month:02}-{day:02}T09:00:00Z","mfaAuthenticated":"false"}}}}}},"eventTime":"2025-{month:02}-{day:02}T{hour:02}:00:{second:02}Z","eventSource":"{service}.amazonaws.com","eventName":"{name}","awsRegion":"{region}","sourceIPAddress":"203.0.113.{address}","userAgent":"Boto3/1.40.1 md/Botocore#1.40.1 exec-env/AWS_Lambda_python3.13","requestParameters":{{"key":"orders/{random:016x}.json"}},"responseElements":null,"requestID":"{random:016x}","eventID":"{id:032x}","readOnly":true,"resources":[{{"ARN":"arn:aws:s3:::bucket-{role}/orders/{random:016x}.json","type":"AWS::S3::Object"}}],"eventType":"AwsApiCall","managementEvent":false,"recipientAccountId":"111122223333","eventCategory":"Data","tlsDetails":{{"tlsVersion":"TLSv1.3","cipherSuite":"TLS_AES_128_GCM_SHA256"}}}}"#
    )
    .unwrap();
}
