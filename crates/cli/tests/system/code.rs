//! Code of functions: found, joined with the template, analysed, suppressed; hostile files bounded.

use std::time::Instant;

use crate::folder::Folder;

const RULES: [&str; 3] = ["--rule", "command-injection", "."];

/// Two functions behind an API, one in Python, one in TypeScript.
const TEMPLATE: &str = "\
Transform: AWS::Serverless-2016-10-31
Resources:
  Convert:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.13
      Handler: pkg.app.handler
      CodeUri: src/
      Environment: {Variables: {QUEUE_URL: !Ref Orders}}
      Events:
        Api: {Type: HttpApi, Properties: {Path: /convert, Method: post}}
  Web:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: nodejs22.x
      Handler: web.handler
      CodeUri: web/
      Events:
        Api: {Type: HttpApi, Properties: {Path: /web, Method: post}}
    Metadata: {BuildMethod: esbuild, BuildProperties: {EntryPoints: [web.ts]}}
  Worker:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.13
      Handler: worker.handler
      CodeUri: src/
      Events:
        Queue: {Type: SQS, Properties: {Queue: !GetAtt Orders.Arn}}
  Orders: {Type: AWS::SQS::Queue}
";

const PYTHON: &str = "\
import os, boto3

def handler(event, context):
    name = event['queryStringParameters']['name']
    os.system('convert ' + name)
    boto3.client('sqs').send_message(QueueUrl=os.environ['QUEUE_URL'], MessageBody=event['body'])
";

const TYPESCRIPT: &str = "\
import { execSync } from 'child_process';

export const handler = async (event: { body: string }) => {
  execSync(`convert ${event.body}`);
};
";

const WORKER: &str = "\
import os

def handler(event, context):
    for record in event['Records']:
        os.system('convert ' + record['body'])
";

fn application() -> Folder {
    Folder::new()
        .file("template.yaml", TEMPLATE)
        .file("src/pkg/app.py", PYTHON)
        .file("src/worker.py", WORKER)
        .file("web/web.ts", TYPESCRIPT)
}

#[test]
fn flaws_in_code_are_told_with_function_path_and_trace() {
    let scan = application().scan(&RULES);
    assert_eq!(
        scan.findings(),
        ["src/pkg/app.py:5 SAS-1.9", "src/worker.py:5 SAS-1.9", "web/web.ts:4 SAS-1.9"],
        "{:#?}",
        scan.diagnostics()
    );
    let counts = ["files_scanned", "code_files", "functions_without_code"];
    assert_eq!(counts.map(|name| scan.count(name)), [4, 3, 0]);
    let all = scan.all_findings();
    let function = |at: usize| all[at]["function"].as_str();
    assert_eq!([0, 1, 2].map(function), [Some("Convert"), Some("Worker"), Some("Web")]);
    assert_eq!(all[0]["severity"], "critical");
    assert_eq!(
        all[0]["path"].as_array().unwrap()[..3],
        ["internet", "ServerlessHttpApi POST /convert", "Convert"]
    );
    let lines: Vec<_> = all[0]["trace"]
        .as_array()
        .unwrap()
        .iter()
        .map(|hop| hop["place"]["line"].as_u64().unwrap())
        .collect();
    assert_eq!(lines, [4, 4, 5]);
}

#[test]
fn data_is_followed_through_a_queue() {
    let folder = application();
    let scan = folder.scan(&RULES);
    let worker = scan.all_findings().iter().find(|it| it["function"] == "Worker").unwrap();
    assert_eq!(worker["severity"], "high");
    let trace = worker["trace"].as_array().unwrap();
    assert_eq!(trace[0]["place"]["file"], "src/pkg/app.py");
    assert_eq!(trace[1]["note"], "sent with sqs to `Orders`, which starts `Worker`");
    folder.write("src/pkg/app.py", PYTHON.replace("event['body']", "'fixed'"));
    let scan = folder.scan(&RULES);
    let worker = scan.all_findings().iter().find(|it| it["function"] == "Worker").unwrap();
    assert_eq!(
        (worker["severity"].as_str(), worker["trace"][0]["place"]["file"].as_str()),
        (Some("medium"), Some("src/worker.py"))
    );
}

#[test]
fn traces_are_drawn_and_written_as_code_flows() {
    let folder = application();
    let run = folder.run(&[&["scan", "-o", "out.sarif"], &RULES[..]].concat());
    run.exits(1).says("via  src/pkg/app.py:4:12").says("name = event['queryStringParameters']");
    let sarif: serde_json::Value = serde_json::from_str(&folder.read("out.sarif")).unwrap();
    let flow = &sarif["runs"][0]["results"][0]["codeFlows"][0]["threadFlows"][0]["locations"];
    assert_eq!(flow[0]["location"]["physicalLocation"]["region"]["startLine"], 4);
}

#[test]
fn code_in_a_template_is_placed_there() {
    let inline = |key: &str, code: &str| {
        format!(
            "Transform: AWS::Serverless-2016-10-31\nResources:\n  F:\n    \
             Type: AWS::Serverless::Function\n    Properties:\n      Runtime: python3.13\n      \
             Handler: index.run\n      {key}: {code}\n      \
             Events: {{Api: {{Type: HttpApi}}}}\n"
        )
    };
    let block = "|\n        import os\n\n        def run(event, context):\n            \
                 os.system(event['body'])";
    let folder = Folder::new().file("template.yaml", inline("InlineCode", block));
    let scan = folder.scan(&RULES);
    assert_eq!(scan.findings(), ["template.yaml:12 SAS-1.9"], "{:#?}", scan.diagnostics());
    assert_eq!(scan.all_findings()[0]["function"], "F");
    let allowed = block.to_owned() + " # faasguard: allow command-injection -- a test";
    folder.write("template.yaml", inline("InlineCode", &allowed));
    assert_eq!(folder.scan(&RULES).suppressed(), ["template.yaml:12 SAS-1.9 inline"]);
    let quoted = r#""import os\n\ndef run(event, context):\n    os.system(event['body'])\n""#;
    folder.write("template.yaml", inline("InlineCode", quoted));
    assert_eq!(folder.scan(&RULES).findings(), ["template.yaml:8 SAS-1.9"]);
}

#[test]
fn comments_in_code_accept_what_they_stand_at() {
    let line = "    os.system('convert ' + name)";
    for (text, source) in [
        (format!("{line}  # faasguard: allow command-injection -- ours"), "inline"),
        (format!("    # faasguard: allow SAS-1.9\n{line}"), "inline"),
        (format!("{line}  # nosec B605"), "nosec"),
        (format!("{line}  # noqa: S605"), "noqa"),
        (format!("{line}  # nosemgrep"), "nosemgrep"),
    ] {
        let folder = application().file("src/pkg/app.py", PYTHON.replace(line, &text));
        let scan = folder.scan(&RULES);
        assert_eq!(scan.findings().len(), 2, "{text}");
        assert!(scan.suppressed()[0].ends_with(source), "{:?}", scan.suppressed());
        assert_eq!(scan.unused(), [""; 0]);
    }
    let text = format!("{line}  # faasguard: allow sql-injection -- wrong");
    let folder = application().file("src/pkg/app.py", PYTHON.replace(line, &text));
    let scan = folder.scan(&["--rule", "sql-injection", "."]);
    assert_eq!(scan.unused(), ["5: sql-injection: it hides no finding"]);
}

#[test]
fn code_of_others_is_left_alone_and_a_named_file_is_read() {
    let folder = Folder::new()
        .file("node_modules/x/web.ts", TYPESCRIPT)
        .file("src/vendor/app.py", PYTHON)
        .file("src/requests-2.0.dist-info/RECORD", "requests/api.py,sha256=x,1\nsix.py,,\n")
        .file("src/requests/api.py", PYTHON)
        .file("src/six.py", PYTHON)
        .file("layer/python/requirements.txt", "# db\nPyMySQL>=1.0\n./own\n")
        .file("layer/python/pymysql/core.py", PYTHON)
        .file("env/pyvenv.cfg", "")
        .file("env/lib/app.py", PYTHON)
        .file("static/x.min.js", TYPESCRIPT)
        .file("ignored/app.py", PYTHON)
        .file(".faasguardignore", "ignored/\n");
    assert_eq!(folder.scan(&RULES).findings(), [""; 0]);
    let scan = folder.scan(&["--rule", "command-injection", "src/six.py"]);
    assert_eq!(scan.findings(), ["six.py:5 SAS-1.9"]);
    let scan = folder.scan(&["--rule", "command-injection", "src/vendor"]);
    assert_eq!(scan.findings(), ["app.py:5 SAS-1.9"]);
}

#[test]
fn a_template_alone_brings_the_code_that_it_names_and_no_other() {
    let folder = Folder::new()
        .file("app/template.yaml", TEMPLATE.replace("CodeUri: web/", "CodeUri: ../web/"))
        .file("app/src/pkg/app.py", PYTHON)
        .file("app/other/app.py", PYTHON)
        .file("web/web.ts", TYPESCRIPT);
    let scan = folder.scan(&["--rule", "command-injection", "app/template.yaml"]);
    assert_eq!(scan.findings(), ["src/pkg/app.py:5 SAS-1.9"]);
    assert_eq!((scan.count("code_files"), scan.count("functions_without_code")), (1, 2));
    scan.notes("template.yaml:12 note", "the code of `Web` was not looked at: ");
    let run = folder.run(&["scan", "--rule", "sql-injection", "app/template.yaml"]);
    run.exits(0).says("no findings in what was scanned");
    run.says("the code of 2 functions was not looked at");
}

#[test]
fn hostile_code_is_bounded_and_named() {
    let begun = Instant::now();
    let folder = application()
        .file("a.py", "def f(:\n    x = = 1\nclass\n)\n]\n}\n")
        .file("b.js", format!("x = {}1{};", "[".repeat(10_000), "]".repeat(10_000)))
        .file("c.py", b"x = '\xff\xfe'\n")
        .file("d.js", format!("var a = [{}];", "1,".repeat(3 << 20)))
        .file("e.py", format!("x = {}1", "-".repeat(10_000)))
        .file("f.rb", "if x\n".repeat(10_000))
        .file("g.go", format!("package main\nfunc f() {{ {} }}", "if x { ".repeat(10_000)))
        .file("h.js", format!("function f(e){{{}}}", "var a=e.x;".repeat(400_000)))
        .file("i.ts", "type T<A> = ".to_owned() + &"A<".repeat(10_000));
    let scan = folder.scan(&RULES);
    assert_eq!(scan.findings().len(), 3, "the others are unharmed");
    assert_eq!(scan.count("files_not_scanned"), 2, "{:#?}", scan.diagnostics());
    scan.notes("a.py:1 error", "this is not read as Python");
    scan.notes("b.js:1 error", "this is not read as JavaScript");
    scan.notes("c.py:0 error", "line 1 is not UTF-8");
    scan.notes("d.js:0 error", "larger than 5 MiB");
    for file in ["e.py", "f.rb", "g.go"] {
        scan.notes(&format!("{file}:1 error"), "this is not read as");
    }
    let of_one = scan.diagnostics().iter().filter(|it| it.starts_with("a.py")).count();
    assert!((1..=3).contains(&of_one));
    folder.run(&[&["scan", "--strict"], &RULES[..]].concat()).exits(3);
    assert!(begun.elapsed().as_secs() < 50);
}

#[test]
fn models_of_the_user_add_to_the_built_in_ones() {
    let model = "language = \"python\"\n[[call]]\nnames = [\"house.shell.run\"]\n\
                 sink = [{ kind = \"command\", arguments = [0] }]\n";
    let code = "import house.shell\n\ndef handler(event, context):\n    \
                house.shell.run(event['body'])\n";
    let folder = Folder::new().file("app.py", code).file("security/models/house.toml", model);
    assert_eq!(folder.scan(&RULES).findings(), [""; 0]);
    let flag = ["--models", "security/models", "--rule", "command-injection", "."];
    assert_eq!(folder.scan(&flag).findings(), ["app.py:4 SAS-1.9"]);
    folder.write("faasguard.toml", "[code]\nmodels = \"security/models\"\n");
    assert_eq!(folder.scan(&RULES).findings(), ["app.py:4 SAS-1.9"]);
    folder.write("security/models/house.toml", "language = \"python\"\n\n[[cal]]\n");
    folder.run(&["scan", "."]).exits(2).says("house.toml").says("line 3");
}

#[test]
fn only_new_flaws_in_code_count_since_a_revision() {
    let folder = application();
    folder.command("git", &["init", "-q"]);
    folder.command("git", &["add", "."]);
    let who = ["-c", "user.name=t", "-c", "user.email=t@example.com"];
    folder.command("git", &[&who[..], &["commit", "-q", "-m", "x"]].concat());
    folder.write("src/pkg/app.py", format!("{PYTHON}    os.popen(event['body'])\n"));
    let scan = folder.scan(&[&["--since", "HEAD"], &RULES[..]].concat());
    assert_eq!(scan.findings(), ["src/pkg/app.py:7 SAS-1.9"]);
}

#[test]
fn what_a_change_touches_counts_with_its_callers() {
    let helper = "import os\n\ndef run(name):\n    name = str(name)\n    os.system('x ' + name)\n";
    let caller = "from helper import run\n\ndef handler(event, context):\n    run(event['body'])\n";
    let other =
        "import os\n\ndef handler(event, context):\n    os.system(event['Records'][0]['body'])\n";
    let template = TEMPLATE.replace("pkg.app.handler", "a.handler");
    let template = template.replace("Handler: worker.handler", "Handler: b.handler");
    let folder = Folder::new()
        .file("template.yaml", template.clone())
        .file("src/a.py", caller)
        .file("src/b.py", other)
        .file("src/helper.py", helper)
        .file("web/web.ts", "export const handler = 1;\n");
    folder.command("git", &["init", "-q"]);
    folder.command("git", &["add", "."]);
    let who = ["-c", "user.name=t", "-c", "user.email=t@example.com"];
    folder.command("git", &[&who[..], &["commit", "-q", "-m", "x"]].concat());
    let since = || folder.scan(&[&["--since", "HEAD"], &RULES[..]].concat());
    assert_eq!(since().findings(), [""; 0]);
    assert_eq!(since().suppressed().len(), 2);
    // A step of the way, in another file than the danger.
    folder.write("src/a.py", caller.replace("run(event['body'])", "run( event['body'])"));
    assert_eq!(since().findings(), ["src/helper.py:5 SAS-1.9"]);
    folder.write("src/a.py", caller);
    // The danger itself; a line that no step stands at changes nothing.
    folder.write("src/helper.py", helper.replace("'x '", "'y '"));
    assert_eq!(since().findings(), ["src/helper.py:5 SAS-1.9"]);
    folder.write("src/helper.py", format!("{helper}\n# The end.\n"));
    assert_eq!(since().findings(), [""; 0]);
    // What the template says of the function, added or taken away.
    folder.write("template.yaml", template.replace("Path: /convert", "Path: /public"));
    assert_eq!(since().findings(), ["src/helper.py:5 SAS-1.9"]);
    let cut = "      Environment: {Variables: {QUEUE_URL: !Ref Orders}}\n";
    folder.write("template.yaml", template.replace(cut, ""));
    assert_eq!(since().findings(), ["src/helper.py:5 SAS-1.9"]);
    // Cleaned, and no longer: the finding is new at the place of a file that did not change.
    folder.write("template.yaml", template.clone());
    folder.write("src/helper.py", helper.replace("str(name)", "int(name)"));
    folder.command("git", &["add", "."]);
    folder.command("git", &[&who[..], &["commit", "-q", "-m", "y"]].concat());
    assert_eq!(since().findings(), [""; 0]);
    folder.write("src/helper.py", helper.replace("    name = str(name)\n", ""));
    assert_eq!(since().findings(), ["src/helper.py:4 SAS-1.9"]);
}

#[test]
fn a_checklist_tells_what_the_code_shows_and_nothing_about_code_that_is_not_there() {
    let folder = application().file("src/worker.py", "def handler(event, context):\n    pass\n");
    let run = folder.run(&["scan", "--checklist", "--format", "json", "."]);
    let json = run.json();
    let items: Vec<&str> = json["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["title"].as_str().unwrap())
        .collect();
    let at = items.iter().position(|title| *title == "Event data validated").unwrap();
    let verdict = |json: &serde_json::Value, function: &str| {
        let rows = json["functions"].as_array().unwrap();
        let row = rows.iter().find(|row| row["function"] == function).unwrap();
        row["cells"][at]["verdict"].as_str().unwrap().to_owned()
    };
    assert_eq!(["Convert", "Worker"].map(|name| verdict(&json, name)), ["fail", "pass"]);
    std::fs::remove_file(folder.path("src/worker.py")).unwrap();
    let json = folder.run(&["scan", "--checklist", "--format", "json", "."]).json();
    assert_eq!(verdict(&json, "Worker"), "not-known");
}
