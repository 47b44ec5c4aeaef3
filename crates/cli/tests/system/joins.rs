//! Functions joined with their code: images, bundles, layers, chains of services, Azure's bindings.

use crate::folder::{Folder, Scan};

const RULES: [&str; 3] = ["--rule", "command-injection", "."];

const PYTHON: &str = "\
import os

def handler(event, context):
    os.system('convert ' + event['body'])
";

/// A template with one function behind an API.
fn behind_api(properties: &str, metadata: &str) -> String {
    format!(
        "Transform: AWS::Serverless-2016-10-31\nResources:\n  F:\n    \
         Type: AWS::Serverless::Function\n    Properties:\n      {properties}\n      \
         Events: {{Api: {{Type: HttpApi}}}}\n    {metadata}\n"
    )
}

fn template_and(template: String, files: &[(&str, &str)]) -> Scan {
    let mut folder = Folder::new().file("template.yaml", template);
    for (path, text) in files {
        folder = folder.file(path, text);
    }
    folder.scan(&RULES)
}

#[track_caller]
fn check(template: String, files: &[(&str, &str)], expect: &[&str]) {
    let scan = template_and(template, files);
    assert_eq!(scan.findings(), expect, "{:#?}", scan.diagnostics());
    assert_eq!(scan.count("functions_without_code"), 0, "{:#?}", scan.diagnostics());
    assert!(scan.all_findings().iter().all(|it| it["function"] == "F"));
}

#[test]
fn images_are_joined_by_their_recipe() {
    let image = || {
        behind_api("PackageType: Image", "Metadata: {DockerContext: ./app, Dockerfile: Dockerfile}")
    };
    let recipe = "FROM public.ecr.aws/lambda/python:3.13\nCOPY src/ ./\nCMD [\"web.handler\"]\n";
    let found = ["app/src/web.py:4 SAS-1.9"];
    check(image(), &[("app/Dockerfile", recipe), ("app/src/web.py", PYTHON)], &found);
    let command = "PackageType: Image\n      ImageConfig: {Command: [web.handler]}";
    let template = behind_api(command, "Metadata: {DockerContext: app}");
    check(template, &[("app/Dockerfile", "FROM x\n"), ("app/src/web.py", PYTHON)], &found);
    let server = "FROM x\nCOPY src src\nCMD exec gunicorn -b :8080 src.web:app\n";
    let flask = "import os\nfrom flask import Flask, request\napp = Flask(__name__)\n\
                 @app.route('/')\ndef show():\n    os.system(request.args['q'])\n";
    let found = ["app/src/web.py:6 SAS-1.9"];
    check(image(), &[("app/Dockerfile", server), ("app/src/web.py", flask)], &found);
    let scan = template_and(image(), &[("app/Dockerfile", recipe), ("app/src/other.py", PYTHON)]);
    scan.notes("template.yaml:3 note", "no file in it is that of `web.handler`");
    let scan = template_and(
        behind_api("PackageType: Image\n      ImageUri: x.dkr.ecr.y.amazonaws.com/z", ""),
        &[],
    );
    scan.notes("template.yaml:3 note", "it is a container image whose recipe is not here");
    let outside = behind_api("PackageType: Image", "Metadata: {DockerContext: ../../x}");
    let scan = template_and(outside, &[]);
    scan.notes("template.yaml:3 note", "lies outside the scanned folder");
}

#[test]
fn bundles_and_makefiles_are_joined_with_what_they_begin_with() {
    let script = "export const run = async (event) => {\n  \
                  require('child_process').execSync(event.body);\n};\n";
    let metadata = "Metadata: {BuildMethod: esbuild, BuildProperties: {EntryPoints: [a/index.ts]}}";
    let template = behind_api("{Runtime: nodejs22.x, CodeUri: src, Handler: index.run}", metadata);
    let template = template.replace(
        "{Runtime: nodejs22.x, CodeUri: src, Handler: index.run}",
        "Runtime: nodejs22.x\n      CodeUri: src\n      Handler: index.run",
    );
    let files = [("src/a/index.ts", script), ("src/b/index.ts", "export const run = 1;")];
    check(template, &files, &["src/a/index.ts:2 SAS-1.9"]);
    let properties = "Runtime: python3.13\n      CodeUri: .\n      Handler: web.handler";
    let template = behind_api(properties, "Metadata: {BuildMethod: makefile}");
    check(template, &[("code/deep/web.py", PYTHON)], &["code/deep/web.py:4 SAS-1.9"]);
}

#[test]
fn imports_lead_into_the_layers_of_the_function() {
    let properties = "Runtime: python3.13\n      CodeUri: f\n      Handler: app.handler\n      \
                      Layers: [!Ref First, !Ref Second]";
    let layer = |name: &str| {
        format!(
            "  {name}: {{Type: AWS::Serverless::LayerVersion, Properties: {{ContentUri: {name}}}}}\n"
        )
    };
    let template = behind_api(properties, "") + &layer("First") + &layer("Second");
    let app = "from shared import run\n\ndef handler(event, context):\n    run(event['body'])\n";
    let run = "import os\n\ndef run(name):\n    os.system(name)\n";
    let safe = "def run(name):\n    pass\n";
    let files = [("f/app.py", app), ("First/python/shared.py", run)];
    check(template.clone(), &files, &["First/python/shared.py:4 SAS-1.9"]);
    // The files of the last layer lie on top.
    let files = [("f/app.py", app), ("First/python/shared.py", run), ("Second/shared.py", safe)];
    check(template, &files, &[]);
}

/// A worker behind a queue, and what leads to the queue.
fn worker(resources: &str) -> String {
    format!(
        "Transform: AWS::Serverless-2016-10-31\nResources:\n  F:\n    \
         Type: AWS::Serverless::Function\n    Properties:\n      Runtime: python3.13\n      \
         Handler: worker.handler\n      CodeUri: .\n      \
         Events: {{Q: {{Type: SQS, Properties: {{Queue: !GetAtt Jobs.Arn}}}}}}\n  \
         Jobs: {{Type: AWS::SQS::Queue}}\n{resources}"
    )
}

const WORKER: &str = "\
import os, json

def handler(event, context):
    for record in event['Records']:
        body = json.loads(record['body'])
        os.system('convert ' + body['Message'])
";

/// Severity and first place of the finding of the worker.
fn of_worker(resources: &str, sender: &str) -> (String, String) {
    let files = [("worker.py", WORKER), ("sender.py", sender)];
    let scan = template_and(worker(resources), &files);
    let found = scan.all_findings().iter().find(|it| it["function"] == "F").unwrap();
    let word = |it: &serde_json::Value| it.as_str().unwrap().to_owned();
    (word(&found["severity"]), word(&found["trace"][0]["place"]["file"]))
}

#[test]
fn chains_of_services_hand_hostile_data_on() {
    let sender = "  Web:\n    Type: AWS::Serverless::Function\n    Properties:\n      \
                  Runtime: python3.13\n      Handler: sender.handler\n      CodeUri: .\n      \
                  Environment: {Variables: {TOPIC: !Ref News}}\n      \
                  Events: {Api: {Type: HttpApi}}\n  News: {Type: AWS::SNS::Topic}\n";
    let publish = "import boto3, os\n\ndef handler(event, context):\n    \
                   boto3.client('sns').publish(TopicArn=os.environ['TOPIC'], Message=event['body'])\n";
    let subscription = "  S: {Type: AWS::SNS::Subscription, Properties: {Protocol: sqs, \
                        TopicArn: !Ref News, Endpoint: !GetAtt Jobs.Arn}}\n";
    let inline = sender.replace(
        "{Type: AWS::SNS::Topic}",
        "{Type: AWS::SNS::Topic, Properties: {Subscription: [{Protocol: sqs, Endpoint: !GetAtt Jobs.Arn}]}}",
    );
    let own = ("medium".to_owned(), "worker.py".to_owned());
    let handed = ("high".to_owned(), "sender.py".to_owned());
    assert_eq!(of_worker(sender, publish), own, "nothing leads from the topic to the queue");
    assert_eq!(of_worker(&format!("{sender}{subscription}"), publish), handed);
    assert_eq!(of_worker(&inline, publish), handed);
    let events = "import boto3\n\ndef handler(event, context):\n    \
                  boto3.client('events').put_events(Entries=[{'Detail': event['body']}])\n";
    let rule = "  R: {Type: AWS::Events::Rule, Properties: {EventPattern: {source: [x]}, \
                Targets: [{Id: a, Arn: !GetAtt Jobs.Arn}]}}\n";
    assert_eq!(of_worker(&format!("{sender}{rule}"), events), handed);
    let pipe = "  P: {Type: AWS::Pipes::Pipe, Properties: {RoleArn: x, Source: !GetAtt In.Arn, \
                Target: !GetAtt Jobs.Arn}}\n  In: {Type: AWS::SQS::Queue}\n";
    let send = "import boto3, os\n\ndef handler(event, context):\n    \
                boto3.client('sqs').send_message(QueueUrl=os.environ['TOPIC'], MessageBody=event['body'])\n";
    let sender = sender.replace("!Ref News", "!Ref In");
    assert_eq!(of_worker(&format!("{sender}{pipe}"), send), handed);
}

#[test]
fn names_of_uploads_reach_a_function_through_topic_and_queue() {
    let first = |resources: &str| {
        let scan = template_and(worker(resources), &[("worker.py", WORKER)]);
        scan.all_findings()[0]["trace"][0]["note"].as_str().unwrap().to_owned()
    };
    let bucket = "  B: {Type: AWS::S3::Bucket, Properties: {NotificationConfiguration: \
                  {TopicConfigurations: [{Event: 's3:ObjectCreated:*', Topic: !Ref T}]}}}\n  \
                  T: {Type: AWS::SNS::Topic}\n";
    let subscription = "  S: {Type: AWS::SNS::Subscription, Properties: {Protocol: sqs, \
                        TopicArn: !Ref T, Endpoint: !GetAtt Jobs.Arn}}\n";
    assert!(first(bucket).contains("whoever sends"), "{}", first(bucket));
    let note = "whoever uploads to `B` names objects, which `Jobs` tells `F` of";
    assert_eq!(first(&format!("{bucket}{subscription}")), note);
}

#[test]
fn bindings_of_azure_start_what_they_name() {
    let http = r#"{"bindings": [{"type": "httpTrigger", "direction": "in", "name": "req",
                   "authLevel": "anonymous"}, {"type": "http", "direction": "out"}]}"#;
    let entry = http.replacen('{', r#"{"scriptFile": "../lib/web.py", "entryPoint": "run","#, 1);
    let built = http.replacen('{', r#"{"scriptFile": "../dist/node/index.js","#, 1);
    let queue = r#"{"bindings": [{"type": "queueTrigger", "name": "message"}]}"#;
    let run = "import os\n\ndef run(req):\n    os.system(req.params['q'])\n";
    let main = "import os\n\ndef main(message):\n    os.system(message.get_body().decode())\n";
    let node = "const { execSync } = require('child_process');\n\
                module.exports = async (context, req) => {\n  execSync(req.query.q);\n  \
                execSync(context.invocationId);\n};\n";
    let folder = Folder::new()
        .file("host.json", r#"{"version": "2.0"}"#)
        .file("web/function.json", entry)
        .file("lib/web.py", run)
        .file("work/function.json", queue)
        .file("work/__init__.py", main)
        .file("node/function.json", built)
        .file("src/node/index.ts", node)
        .file(
            "gone/function.json",
            r#"{"scriptFile": "x.dll", "bindings": [{"type": "timerTrigger"}]}"#,
        )
        .file("other/function.json", r#"{"a": 1}"#);
    let scan = folder.scan(&RULES);
    let expect =
        ["lib/web.py:4 SAS-1.9", "src/node/index.ts:3 SAS-1.9", "work/__init__.py:4 SAS-1.9"];
    assert_eq!(scan.findings(), expect, "{:#?}", scan.diagnostics());
    let severities: Vec<&str> =
        scan.all_findings().iter().map(|it| it["severity"].as_str().unwrap()).collect();
    assert_eq!(severities[0], severities[1]);
    assert_ne!(severities[0], severities[2], "a queue is not open to everybody");
    scan.notes("gone/function.json:1 note", "the code of `gone` was not looked at: `x.dll`");
}

#[test]
fn functions_that_cannot_be_joined_are_told() {
    let of = |properties: &str| template_and(behind_api(properties, ""), &[("app.py", PYTHON)]);
    for (properties, reason) in [
        (
            "Runtime: python3.13\n      CodeUri: gone\n      Handler: app.handler",
            "no file in `gone`",
        ),
        (
            "Runtime: python3.13\n      CodeUri: '.'\n      Handler: app2.handler",
            "handler `app2.handler`",
        ),
        ("Runtime: python3.13\n      CodeUri: '.'\n      Handler: handler", "handler `handler`"),
        ("Runtime: python3.13\n      CodeUri: '../..'\n      Handler: app.handler", "outside"),
        (
            "Runtime: python3.13\n      CodeUri: 's3://b/k'\n      Handler: app.handler",
            "of a bucket",
        ),
        (
            "Runtime: python3.13\n      CodeUri: '.'\n      Handler: '../../etc/x.handler'",
            "handler",
        ),
        ("Runtime: cobol\n      CodeUri: '.'\n      Handler: 'x::y'", "handler `x::y`"),
    ] {
        let scan = of(properties);
        assert_eq!(scan.count("functions_without_code"), 1, "{properties}");
        scan.notes("template.yaml:3 note", reason);
    }
}

#[test]
fn functions_share_files_and_handlers() {
    let function = |name: &str, handler: &str, event: &str| {
        format!(
            "  {name}:\n    Type: AWS::Serverless::Function\n    Properties:\n      \
             Runtime: python3.13\n      CodeUri: .\n      Handler: {handler}\n      \
             Events: {{E: {event}}}\n"
        )
    };
    let queue = "{Type: SQS, Properties: {Queue: 'arn:aws:sqs:eu-west-1:111122223333:q'}}";
    let head = "Transform: AWS::Serverless-2016-10-31\nResources:\n";
    let code = "import os\n\ndef one(event, context):\n    os.system(event['body'])\n\n\
                def two(event, context):\n    os.system(event['Records'][0]['body'])\n\n\
                def both(event, context):\n    os.system(event['body'])\n    \
                os.system(event['Records'][0]['body'])\n";
    let template = format!(
        "{head}{}{}{}{}",
        function("One", "app.one", "{Type: HttpApi}"),
        function("Two", "app.two", queue),
        function("Three", "app.both", "{Type: HttpApi, Properties: {Path: /b, Method: get}}"),
        function("Four", "app.both", queue),
    );
    let scan = template_and(template, &[("app.py", code)]);
    let found: Vec<String> = scan
        .all_findings()
        .iter()
        .map(|it| format!("{} {}", it["place"]["line"], it["function"].as_str().unwrap()))
        .collect();
    assert_eq!(found, ["4 One", "7 Two", "10 Three", "11 Four"], "{:#?}", scan.diagnostics());
}

#[test]
fn packages_of_a_go_module_and_folders_of_a_tsconfig_are_followed() {
    let function = |name: &str, runtime: &str, handler: &str, folder: &str| {
        format!(
            "  {name}:\n    Type: AWS::Serverless::Function\n    Properties:\n      \
             Runtime: {runtime}\n      CodeUri: {folder}/\n      Handler: {handler}\n      \
             Events: {{E: {{Type: HttpApi, Properties: {{Path: /{folder}, Method: get}}}}}}\n"
        )
    };
    let template = format!(
        "Transform: AWS::Serverless-2016-10-31\nResources:\n{}{}",
        function("Notes", "provided.al2023", "bootstrap", "notes"),
        function("Web", "nodejs22.x", "app.handler", "web"),
    );
    let main = "package main\n\nimport (\n\t\"example.com/notes/store\"\n\
                \t\"github.com/aws/aws-lambda-go/events\"\n\
                \t\"github.com/aws/aws-lambda-go/lambda\"\n)\n\n\
                func handler(event events.APIGatewayV2HTTPRequest) (string, error) {\n\
                \tstore.Run(event.QueryStringParameters[\"o\"])\n\treturn \"\", nil\n}\n\n\
                func main() { lambda.Start(handler) }\n";
    let store = "package store\n\nimport \"os/exec\"\n\n\
                 func Run(x string) { exec.Command(\"sh\", \"-c\", \"a \"+x).Run() }\n";
    let files = [
        ("notes/go.mod", "module example.com/notes\n\ngo 1.22\n"),
        ("notes/main.go", main),
        ("notes/store/store.go", store),
        ("web/tsconfig.json", "{\"compilerOptions\": {\"paths\": {\"@lib/*\": [\"./lib/*\"]}}}"),
        ("web/app.ts", "import { run } from '@lib/run';\nexport const handler = run;\n"),
        (
            "web/lib/run.ts",
            "import { execSync } from 'child_process';\n\
             export const run = async (event: any) => execSync(event.body);\n",
        ),
    ];
    let found: Vec<String> = template_and(template, &files)
        .all_findings()
        .iter()
        .map(|it| format!("{} {}", it["place"]["file"].as_str().unwrap(), it["place"]["line"]))
        .collect();
    assert_eq!(found, ["notes/store/store.go 5", "web/lib/run.ts 2"]);
}
