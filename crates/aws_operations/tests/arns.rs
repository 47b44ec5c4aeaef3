//! What calls need: actions and ARNs of the operations that serverless code calls most.

use aws_operations::{Given, Operation, Surroundings, find, from_cloudtrail};

/// `service operation`, its parameters, and the actions on ARNs that are asked (`~`: optional).
fn check(call: &str, parameters: &[(&str, &str)], expected: &[&str]) {
    let (service, operation) = call.split_once(' ').unwrap_or_default();
    let given = |name: &str| match parameters.iter().find(|(known, _)| *known == name) {
        Some((_, "?")) => Given::Unknown,
        Some((_, text)) if text.starts_with("${") && text.ends_with("Arn}") => {
            Given::Arn((*text).into())
        }
        Some((_, text)) => Given::Text((*text).into()),
        None => Given::Absent,
    };
    let around = Surroundings { partition: "aws", region: "eu-west-1", account: "111122223333" };
    let mut found = Vec::new();
    for need in find(service, operation).iter().flat_map(Operation::needs) {
        if need.applies(&given) {
            for filled in need.arns(around, &given) {
                let mark = if need.is_optional { "~" } else { "" };
                let arn = filled.arn.replace("eu-west-1:111122223333", "R:A");
                found.push(format!("{mark}{} {arn}", need.action));
            }
        }
    }
    assert_eq!(found, expected, "{call}");
}

#[test]
fn objects_of_s3() {
    let photo = [("Bucket", "photos"), ("Key", "a/b.png")];
    let listing = "~s3:ListBucket arn:aws:s3:::photos";
    check("s3 HeadObject", &photo, &["s3:GetObject arn:aws:s3:::photos/a/b.png", listing]);
    let versioned = [("Bucket", "photos"), ("Key", "a"), ("VersionId", "?")];
    check("s3 GetObject", &versioned, &["s3:GetObjectVersion arn:aws:s3:::photos/a", listing]);
    let unknown = [("Bucket", "photos"), ("Key", "?")];
    check("s3 PutObject", &unknown, &["s3:PutObject arn:aws:s3:::photos/*"]);
    let tagged = [("Bucket", "photos"), ("Key", "a"), ("Tagging", "?"), ("ACL", "public-read")];
    let put = ["s3:PutObject", "s3:PutObjectTagging", "s3:PutObjectAcl"];
    let put = put.map(|action| format!("{action} arn:aws:s3:::photos/a"));
    check("s3 PutObject", &tagged, &put.each_ref().map(String::as_str));
    check("s3 ListObjectsV2", &[("Bucket", "photos")], &["s3:ListBucket arn:aws:s3:::photos"]);
    check("s3 ListBuckets", &[], &["s3:ListAllMyBuckets *"]);
    let access_point = "arn:aws:s3:eu-west-1:111122223333:accesspoint/team";
    check(
        "s3 PutObject",
        &[("Bucket", access_point), ("Key", "a")],
        &["s3:PutObject arn:aws:s3:R:A:accesspoint/team/object/a"],
    );
}

#[test]
fn a_copy_reads_its_source() {
    let expected = [
        "s3:PutObject arn:aws:s3:::thumbs/b",
        "s3:GetObject arn:aws:s3:::photos/a",
        "~s3:GetObjectTagging arn:aws:s3:::photos/a",
        "~s3:PutObjectTagging arn:aws:s3:::thumbs/b",
    ];
    let text = [("Bucket", "thumbs"), ("Key", "b"), ("CopySource", "/photos/a?versionId=7")];
    check("s3 CopyObject", &text, &expected);
    let parts = [
        ("Bucket", "thumbs"),
        ("Key", "b"),
        ("CopySource.Bucket", "photos"),
        ("CopySource.Key", "a"),
    ];
    check("s3 CopyObject", &parts, &expected);
}

#[test]
fn tables_and_their_indexes() {
    let orders = "arn:aws:dynamodb:R:A:table/Orders";
    check("dynamodb GetItem", &[("TableName", "Orders")], &[&format!("dynamodb:GetItem {orders}")]);
    let arn = "arn:aws:dynamodb:eu-west-1:111122223333:table/Orders";
    check("dynamodb PutItem", &[("TableName", arn)], &[&format!("dynamodb:PutItem {orders}")]);
    let of_template = [("TableName", "${OrdersArn}"), ("IndexName", "by-day")];
    check("dynamodb Query", &of_template, &["dynamodb:Query ${OrdersArn}/index/by-day"]);
    check("dynamodb Query", &[("TableName", "Orders")], &[&format!("dynamodb:Query {orders}")]);
    let batch = [("RequestItems{}", "Orders")];
    check("dynamodb BatchGetItem", &batch, &[&format!("dynamodb:BatchGetItem {orders}")]);
    let transaction = [("TransactItems[*].Put", "?"), ("TransactItems[*].Put.TableName", "Orders")];
    check("dynamodb TransactWriteItems", &transaction, &[&format!("dynamodb:PutItem {orders}")]);
}

#[test]
fn queues_topics_and_buses() {
    let url = "https://sqs.us-east-1.amazonaws.com/444455556666/jobs";
    let jobs = "sqs:SendMessage arn:aws:sqs:us-east-1:444455556666:jobs";
    check("sqs SendMessageBatch", &[("QueueUrl", url)], &[jobs]);
    check("sqs SendMessage", &[("QueueUrl", "?")], &["sqs:SendMessage arn:aws:sqs:R:A:*"]);
    let topic = "arn:aws:sns:eu-west-1:111122223333:alerts";
    check("sns PublishBatch", &[("TopicArn", topic)], &["sns:Publish arn:aws:sns:R:A:alerts"]);
    check("sns Publish", &[("PhoneNumber", "?")], &["sns:Publish *"]);
    let bus = "events:PutEvents arn:aws:events:R:A:event-bus/";
    check("events PutEvents", &[], &[&format!("{bus}default")]);
    check("events PutEvents", &[("Entries[*].EventBusName", "orders")], &[&format!("{bus}orders")]);
    let socket = "execute-api:ManageConnections arn:aws:execute-api:R:A:*/*/*/@connections/*";
    check("apigatewaymanagementapi PostToConnection", &[("ConnectionId", "?")], &[socket]);
}

#[test]
fn functions_and_state_machines() {
    let invoke = "lambda:InvokeFunction arn:aws:lambda:R:A:function:";
    for name in ["mail", "arn:aws:lambda:eu-west-1:111122223333:function:mail"] {
        check("lambda Invoke", &[("FunctionName", name)], &[&format!("{invoke}mail")]);
    }
    let partial = [("FunctionName", "111122223333:function:mail")];
    check("lambda Invoke", &partial, &[&format!("{invoke}mail")]);
    let qualified = [("FunctionName", "mail"), ("Qualifier", "live")];
    check("lambda Invoke", &qualified, &[&format!("{invoke}mail:live")]);
    let create = [("FunctionName", "mail"), ("Role", "arn:aws:iam::111122223333:role/mail")];
    let pass = "iam:PassRole arn:aws:iam::111122223333:role/mail";
    check(
        "lambda CreateFunction",
        &create,
        &["lambda:CreateFunction arn:aws:lambda:R:A:function:mail", pass],
    );
    let start = "states:StartExecution arn:aws:states:R:A:stateMachine:ship";
    let ship = "arn:aws:states:eu-west-1:111122223333:stateMachine:ship";
    check("stepfunctions StartExecution", &[("stateMachineArn", ship)], &[start]);
    check("stepfunctions SendTaskSuccess", &[("taskToken", "?")], &["states:SendTaskSuccess *"]);
}

#[test]
fn secrets_parameters_and_keys() {
    let get = "secretsmanager:GetSecretValue";
    let secret = format!("{get} arn:aws:secretsmanager:R:A:secret:db-??????");
    check("secretsmanager GetSecretValue", &[("SecretId", "db")], &[&secret]);
    let short = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:db";
    check("secretsmanager GetSecretValue", &[("SecretId", short)], &[&secret]);
    check(
        "secretsmanager GetSecretValue",
        &[("SecretId", "${SecretArn}")],
        &[&format!("{get} ${{SecretArn}}")],
    );
    let parameter = "ssm:GetParameter arn:aws:ssm:R:A:parameter/app/db";
    for name in ["/app/db", "app/db"] {
        check("ssm GetParameter", &[("Name", name)], &[parameter]);
    }
    let of_path = ["parameter/app", "parameter/app/*"]
        .map(|name| format!("ssm:GetParametersByPath arn:aws:ssm:R:A:{name}"));
    let of_path = of_path.each_ref().map(String::as_str);
    check("ssm GetParametersByPath", &[("Path", "/app/")], &of_path);
    let key = [("KeyId", "1234abcd-12ab-34cd-56ef-1234567890ab")];
    let arn = "kms:Encrypt arn:aws:kms:R:A:key/1234abcd-12ab-34cd-56ef-1234567890ab";
    check("kms Encrypt", &key, &[arn]);
    check("kms Encrypt", &[("KeyId", "alias/app")], &["kms:Encrypt arn:aws:kms:R:A:key/*"]);
}

#[test]
fn mails_and_models() {
    let send = "ses:SendEmail arn:aws:ses:R:A:identity/";
    let mail = [("Source", "Shop <shop@example.com>")];
    let both = [format!("{send}shop@example.com"), format!("{send}example.com")];
    check("ses SendEmail", &mail, &both.each_ref().map(String::as_str));
    let invoke = "bedrock:InvokeModel arn:aws:bedrock:";
    let model = format!("{invoke}eu-west-1::foundation-model/amazon.nova-pro-v1:0");
    check("bedrock-runtime Converse", &[("modelId", "amazon.nova-pro-v1:0")], &[&model]);
    let profile = [
        format!("{invoke}R:A:inference-profile/eu.amazon.nova-pro-v1:0"),
        format!("{invoke}*::foundation-model/amazon.nova-pro-v1:0"),
    ];
    let profile = profile.each_ref().map(String::as_str);
    check("bedrock-runtime Converse", &[("modelId", "eu.amazon.nova-pro-v1:0")], &profile);
}

#[test]
fn calls_of_the_hosted_kind_ask_nothing() {
    for call in ["cognito-idp InitiateAuth", "cognito-idp SignUp", "sts GetCallerIdentity"] {
        check(call, &[], &[]);
    }
    let pool = [("UserPoolId", "eu-west-1_abc")];
    let admin = "cognito-idp:AdminGetUser arn:aws:cognito-idp:R:A:userpool/eu-west-1_abc";
    check("cognito-idp AdminGetUser", &pool, &[admin]);
}

#[test]
fn what_was_recorded_tells_resources_too() {
    let mapped = from_cloudtrail("s3.amazonaws.com", "PutObject");
    let need = mapped.needs().next();
    let given = |name: &str| match name {
        "Bucket" => Given::Text("photos".into()),
        "Key" => Given::Text("a".into()),
        _ => Given::Absent,
    };
    let arns = need.map(|need| need.arns(Surroundings::default(), &given)).unwrap_or_default();
    assert_eq!(
        arns.first().map(|one| one.arn.as_str()),
        Some("arn:${AWS::Partition}:s3:::photos/a")
    );
}

#[test]
fn what_an_address_or_an_arn_names_is_not_guessed_from_other_parameters() {
    let media = ("Media.MediaFileUri", "s3://calls/2026/a.mp3");
    check(
        "transcribe StartTranscriptionJob",
        &[media],
        &["transcribe:StartTranscriptionJob *", "s3:GetObject arn:aws:s3:::calls/2026/a.mp3"],
    );
    let snapshot = "arn:aws:fsx:eu-west-1:111122223333:snapshot/fsvol-1/fsvolsnap-1";
    check(
        "fsx CopySnapshotAndUpdateVolume",
        &[("VolumeId", "fsvol-2"), ("SourceSnapshotARN", snapshot)],
        &[
            "fsx:CopySnapshotAndUpdateVolume arn:aws:fsx:R:A:volume/*/fsvol-2",
            "fsx:CopySnapshotAndUpdateVolume arn:aws:fsx:R:A:snapshot/fsvol-1/fsvolsnap-1",
        ],
    );
}

#[test]
fn a_log_group_is_asked_for_itself_and_for_what_is_in_it() {
    let group = [("logGroupName", "/orders")];
    check(
        "logs PutMetricFilter",
        &group,
        &[
            "logs:PutMetricFilter arn:aws:logs:R:A:log-group:/orders",
            "logs:PutMetricFilter arn:aws:logs:R:A:log-group:/orders:*",
        ],
    );
    check("logs DescribeLogGroups", &[("logGroupNamePrefix", "/")], &["logs:DescribeLogGroups *"]);
}
