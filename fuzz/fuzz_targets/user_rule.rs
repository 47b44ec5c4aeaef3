//! Any text as a rule of a user, asked of a template with all kinds of values: nothing panics, steps end, and a
//! finding names its rule.
#![no_main]

use libfuzzer_sys::fuzz_target;
use load_cloudformation::{Options, load};
use source_text::{Limits, Sources, parse_yaml};
use user_rules::OwnRules;

const TEMPLATE: &str = "
Transform: AWS::Serverless-2016-10-31
Parameters: {Stage: {Type: String, AllowedValues: [test, prod]}, Days: {Type: Number, Default: 7}}
Conditions: {IsProd: !Equals [!Ref Stage, prod]}
Resources:
  F:
    Type: AWS::Serverless::Function
    Condition: IsProd
    Properties:
      Runtime: !Ref Stage
      Handler: a.b
      CodeUri: src/
      MemorySize: !If [IsProd, 1024, !Ref AWS::NoValue]
      Tags: {owner: !Sub 'x-${T.Arn}'}
      Events: {A: {Type: Api, Properties: {Path: /a, Method: get}}}
  T: {Type: AWS::DynamoDB::Table, Properties: {Tags: [{Key: a, Value: !ImportValue b}]}}
  L: {Type: AWS::Logs::LogGroup, Properties: {RetentionInDays: !Ref Days}}
";

fuzz_target!(|text: &str| {
    let sources = Sources::default();
    let file = sources.add("rule.yaml", text);
    // The expression alone finds its way deeper than a whole rule does.
    let whole = format!(
        "id: A-1\ntitle: t\nseverity: low\nfor: function\nmessage: m\nwhen: {}\n",
        serde_json::to_string(text).unwrap_or_default()
    );
    let inner = sources.add("inner.yaml", whole.as_str());
    let (rules, _) = OwnRules::compile(&[(file, text.to_owned()), (inner, whole)]);
    if rules.is_empty() {
        return;
    }
    let file = sources.add("template.yaml", TEMPLATE);
    let limits = Limits { bytes: 1 << 20, depth: 200, nodes: 100_000 };
    let Ok(parsed) = parse_yaml(file, TEMPLATE, &limits) else { return };
    let Some(document) = parsed.documents.into_iter().next() else { return };
    let options = Options { keeps_declared: true, ..Options::default() };
    let app = load(file, document, &options, None).app;
    let judged = rules.judge(&app, &|_| true);
    assert!(judged.findings.iter().all(|it| it.rule.own().is_some()));
});
