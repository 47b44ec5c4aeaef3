//! `faasguard iam generate`.

use std::path::Path;

use serde_json::Value;

use crate::folder::Folder;

/// A copy of an example of the repository.
pub(crate) fn example(name: &str) -> Folder {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples").join(name);
    let mut folder = Folder::new();
    let mut open = vec![root.clone()];
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else {
            let shown = path.strip_prefix(&root).unwrap().to_str().unwrap();
            folder = folder.file(shown, std::fs::read(&path).unwrap());
        }
    }
    folder
}

fn function<'j>(json: &'j Value, name: &str) -> &'j Value {
    let functions = json["functions"].as_array().unwrap();
    functions.iter().find(|function| function["function"] == name).unwrap()
}

/// Grants of a function, but for those of its log.
fn grants(json: &Value, name: &str) -> Vec<String> {
    let all = function(json, name)["grants"].as_array().unwrap();
    all.iter()
        .filter(|grant| !grant["action"].as_str().unwrap().starts_with("logs:"))
        .map(|grant| {
            format!("{} {}", grant["action"].as_str().unwrap(), grant["resource"].as_str().unwrap())
        })
        .collect()
}

#[test]
fn every_grant_of_the_example_names_its_resource_and_its_reason() {
    let folder = example("orders");
    let json = folder.run(&["iam", "generate", ".", "--format", "json"]).json();
    assert_eq!(json["schema"], "faasguard-iam/1");
    let head = "${AWS::Region}:${AWS::AccountId}";
    assert_eq!(
        grants(&json, "CreateOrder"),
        [
            format!("dynamodb:PutItem arn:${{AWS::Partition}}:dynamodb:{head}:table/${{Orders}}"),
            format!("sqs:SendMessage arn:${{AWS::Partition}}:sqs:{head}:${{Shipments.QueueName}}"),
        ]
    );
    assert_eq!(
        grants(&json, "MakeThumbnail"),
        ["s3:GetObject arn:${AWS::Partition}:s3:::shop-pictures-${AWS::AccountId}/*"]
    );
    let order = function(&json, "CreateOrder");
    assert_eq!(order["complete"], true);
    for grant in order["grants"].as_array().unwrap() {
        let reason = &grant["reasons"][0];
        assert!(reason["place"]["line"].as_u64().unwrap() > 0, "{grant}");
    }
    assert_eq!(order["unused"][0]["action"], "dynamodb:*");
}

#[test]
fn what_is_known_of_the_deployment_fills_the_arns() {
    let folder = example("orders");
    let known = ["--region", "eu-west-1", "--account", "111122223333", "--partition", "aws"];
    let words = [&["iam", "generate", ".", "--format", "json"][..], &known].concat();
    let json = folder.run(&words).json();
    assert_eq!(
        grants(&json, "CreateOrder"),
        [
            "dynamodb:PutItem arn:aws:dynamodb:eu-west-1:111122223333:table/${Orders}",
            "sqs:SendMessage arn:aws:sqs:eu-west-1:111122223333:${Shipments.QueueName}",
        ]
    );
}

#[test]
fn the_written_template_allows_no_more_and_is_written_once() {
    let folder = example("orders");
    let old = folder.read("template.yaml");
    folder.write("old.yaml", &old);
    folder.run(&["iam", "generate", "template.yaml", "--write"]).exits(0);
    let new = folder.read("template.yaml");
    assert_ne!(new, old);
    // Comments and everything else stay.
    for line in old.lines().filter(|line| line.trim_start().starts_with('#')) {
        assert!(new.contains(line), "{line}");
    }
    assert!(new.contains("Action: dynamodb:PutItem\n              Resource: !GetAtt Orders.Arn"));
    folder.run(&["iam", "diff", "old.yaml", "template.yaml"]).exits(0);
    folder.run(&["iam", "diff", "template.yaml", "old.yaml"]).exits(1);
    folder.run(&["iam", "generate", "template.yaml", "--write"]).exits(0);
    assert_eq!(folder.read("template.yaml"), new);
}

const TEMPLATE: &str = "Transform: AWS::Serverless-2016-10-31
Resources:
  F:
    Type: AWS::Serverless::Function
    Properties: {CodeUri: src, Handler: app.handler, Runtime: python3.13}
";

#[test]
fn what_is_not_seen_is_told_loudly_and_nothing_is_written() {
    let code = "import boto3\n\nclient = boto3.client('s3')\n\n\ndef handler(event, context):\n    getattr(client, event['do'])()\n";
    let folder = Folder::new().file("template.yaml", TEMPLATE).file("src/app.py", code);
    let run = folder.run(&["iam", "generate", ".", "--format", "json", "--strict"]);
    run.exits(3);
    assert!(run.err.contains("may lack permissions"), "{}", run.err);
    let json = run.json();
    let function = function(&json, "F");
    assert_eq!(function["complete"], false);
    assert_eq!(function["incomplete"][0]["place"]["line"], 7);
    folder.run(&["iam", "generate", ".", "--write"]).exits(1);
    assert_eq!(folder.read("template.yaml"), TEMPLATE);
}

#[test]
fn new_access_is_written_only_when_it_is_asked_for() {
    let code = "import boto3\n\n\ndef handler(event, context):\n    boto3.client('sns').publish(TopicArn='arn:aws:sns:eu-west-1:111122223333:news', Message='')\n";
    let folder = Folder::new().file("template.yaml", TEMPLATE).file("src/app.py", code);
    let refused = folder.run(&["iam", "generate", ".", "--write"]);
    refused.exits(1);
    assert!(refused.out.contains("--allow-new-access"), "{}", refused.out);
    assert_eq!(folder.read("template.yaml"), TEMPLATE);
    folder.run(&["iam", "generate", ".", "--write", "--allow-new-access"]).exits(0);
    let new = folder.read("template.yaml");
    assert!(new.contains("sns:Publish") && new.contains("Runtime: python3.13}"), "{new}");
}

/// One request of the role of `CreateOrder`, as CloudTrail tells it.
fn event(id: u32, name: &str, parameters: &str, error: &str) -> String {
    format!(
        r#"{{"eventVersion": "1.08", "eventID": "{id:08}-0000-0000-0000-000000000000", "eventTime": "2026-01-31T10:00:{id:02}Z",
        "eventSource": "dynamodb.amazonaws.com", "eventName": "{name}", "eventType": "AwsApiCall", "awsRegion": "eu-west-1",
        "userIdentity": {{"type": "AssumedRole", "arn": "arn:aws:sts::111122223333:assumed-role/shop-CreateOrderRole-1ABCDEF/shop-CreateOrder-2GHIJ",
          "accountId": "111122223333", "sessionContext": {{"sessionIssuer": {{"type": "Role", "accountId": "111122223333",
          "arn": "arn:aws:iam::111122223333:role/shop-CreateOrderRole-1ABCDEF", "userName": "shop-CreateOrderRole-1ABCDEF"}}}}}},
        "requestParameters": {parameters}{error}}}"#
    )
}

#[test]
fn what_a_trail_saw_is_a_reason_and_what_it_saw_denied_a_proposal() {
    let orders = r#"{"tableName": "shop-Orders-3KLMNO"}"#;
    let denied = r#", "errorCode": "AccessDenied", "errorMessage": "User is not authorized""#;
    let events = [
        event(1, "PutItem", orders, ""),
        event(2, "PutItem", orders, ""),
        event(3, "GetItem", r#"{"tableName": "prices"}"#, ""),
        event(4, "DeleteTable", orders, denied),
    ];
    let folder = example("orders");
    folder.write("trail/1.json", format!("{{\"Records\": [{}]}}", events.join(",")));
    let words = ["iam", "generate", "template.yaml", "--trail", "trail", "--format", "json"];
    let json = folder.run(&words).json();
    let order = function(&json, "CreateOrder");
    let all = order["grants"].as_array().unwrap();
    let put = all.iter().find(|grant| grant["action"] == "dynamodb:PutItem").unwrap();
    let seen = &put["reasons"][1];
    assert_eq!((&seen["source"], &seen["count"]), (&"trail".into(), &2.into()), "{put}");
    assert_eq!(seen["last_used"], "2026-01-31T10:00:02Z");
    let get = all.iter().find(|grant| grant["action"] == "dynamodb:GetItem").unwrap();
    assert_eq!(get["resource"], "arn:aws:dynamodb:eu-west-1:111122223333:table/prices");
    assert!(!order["policy"].to_string().contains("DeleteTable"));
    assert_eq!(order["proposals"][0]["action"], "dynamodb:DeleteTable");
    assert_eq!(order["proposals"][0]["reason"], "denied once");
}

#[test]
fn every_framework_gets_its_form() {
    let folder = example("orders");
    for (format, words) in [
        ("terminal", "dynamodb:PutItem"),
        ("sam", "Resource: !GetAtt Orders.Arn"),
        ("cloudformation", "PolicyDocument"),
        ("terraform", "data \"aws_iam_policy_document\" \"create_order\""),
        ("serverless", "iamRoleStatements"),
    ] {
        let run = folder.run(&["iam", "generate", ".", "--format", format]);
        run.exits(0);
        assert!(run.out.contains(words), "{format}: {}", run.out);
    }
    let run = folder.run(&["iam", "generate", ".", "--function", "CreatOrder"]);
    run.exits(2);
    assert!(run.err.contains("did you mean `CreateOrder`?"), "{}", run.err);
}

#[test]
fn a_function_that_was_not_read_is_told() {
    let template = "Transform: AWS::Serverless-2016-10-31
Resources:
  F:
    Type: AWS::Serverless::Function
    Properties: {Handler: a.b, Runtime: python3.13, InlineCode: pass, Color: red}
";
    let folder = Folder::new().file("template.yaml", template);
    folder
        .run(&["iam", "generate", "template.yaml"])
        .exits(3)
        .says("not looked at: template.yaml:5: `F`")
        .says("no function was read");
    let other = template.to_owned() + &template[template.find("  F:").unwrap()..];
    let other = other.replacen(", Color: red", "", 1).replacen("  F:", "  G:", 1);
    folder.write("template.yaml", other);
    folder.run(&["iam", "generate", "template.yaml"]).exits(0).says("`F`");
    folder.run(&["iam", "generate", "template.yaml", "--strict"]).exits(3);
}

#[test]
fn methods_that_nothing_names_are_no_gap() {
    let template = "Transform: AWS::Serverless-2016-10-31
Resources:
  F:
    Type: AWS::Serverless::Function
    Properties: {Handler: app.handler, Runtime: python3.13, CodeUri: src}
";
    let orders = "import boto3, somewhere
class Orders(BASE):
    def __init__(self):
        self.table = boto3.resource('dynamodb').Table('orders')
    def save(self, item):
        self.table.put_item(Item=item)
    def drop(self, key):
        self.table.delete_item(Key=key)
";
    let app = "from orders import Orders
orders = Orders()
def handler(event, context):
    orders.save({})
    USE
";
    let is_complete = |base: &str, more: &str| {
        let folder = Folder::new()
            .file("template.yaml", template)
            .file("src/orders.py", orders.replace("BASE", base))
            .file("src/app.py", app.replace("USE", more));
        let json = folder.run(&["iam", "generate", ".", "--format", "json"]).json();
        assert!(grants(&json, "F")[0].starts_with("dynamodb:PutItem"));
        function(&json, "F")["complete"].as_bool().unwrap()
    };
    assert!(is_complete("object", "pass"));
    // Another class may call it, and so may what is handed to elsewhere.
    assert!(!is_complete("somewhere.Base", "pass"));
    assert!(!is_complete("object", "somewhere(lambda one: one.drop)"));
    assert!(!is_complete("object", "somewhere(globals())"));
}

#[test]
fn a_function_that_needs_nothing_gets_no_policy_without_statements() {
    let template = "Transform: AWS::Serverless-2016-10-31
Resources:
  F:
    Type: AWS::Serverless::Function
    Properties: {Handler: app.handler, Runtime: python3.13, CodeUri: src}
";
    let folder = Folder::new()
        .file("template.yaml", template)
        .file("src/app.py", "def handler(event, context):\n    return 1\n");
    let sam = folder.run(&["iam", "generate", ".", "--format", "sam"]).all();
    assert!(sam.contains("Policies: []"), "{sam}");
}
