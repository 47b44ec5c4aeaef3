//! Every way to start a function.

use crate::{load, load_sam, triggers};

/// A SAM function with these events gives these triggers.
fn check(events: &str, others: &str, expected: &[&str]) {
    let app = load_sam(&format!(
        "  F:\n    Type: AWS::Serverless::Function\n    Properties:\n      Runtime: python3.13\n      \
         Handler: a.b\n      CodeUri: .\n      Events:\n{events}{others}"
    ));
    assert_eq!(triggers(&app, "F"), expected, "{events}");
}

#[test]
fn a_route_of_an_implicit_api_is_open_to_the_internet() {
    check(
        "        E: {Type: Api, Properties: {Path: /orders, Method: post}}\n",
        "",
        &["rest-api POST /orders none internet"],
    );
    check(
        "        E: {Type: HttpApi, Properties: {Path: /orders, Method: any}}\n",
        "",
        &["http-api ANY /orders none internet"],
    );
    check("        E: {Type: HttpApi}\n", "", &["http-api $default none internet"]);
}

#[test]
fn a_queue_is_polled_and_known_by_its_name() {
    check(
        "        E: {Type: SQS, Properties: {Queue: !GetAtt Q.Arn}}\n",
        "  Q: {Type: AWS::SQS::Queue}\n",
        &["sqs Q service service"],
    );
}

#[test]
fn a_queue_that_anybody_may_send_to_makes_the_function_reachable() {
    let policy = "  P:\n    Type: AWS::SQS::QueuePolicy\n    Properties:\n      Queues: [!Ref Q]\n      \
                  PolicyDocument:\n        Statement: {Effect: Allow, Principal: '*', Action: \
                  sqs:SendMessage, Resource: '*'}\n";
    check(
        "        E: {Type: SQS, Properties: {Queue: !GetAtt Q.Arn}}\n",
        &format!("  Q: {{Type: AWS::SQS::Queue}}\n{policy}"),
        &["sqs Q service internet"],
    );
}

#[test]
fn streams_topics_buckets_rules_and_schedules_are_told_apart() {
    check(
        "        E: {Type: Kinesis, Properties: {Stream: !GetAtt S.Arn, StartingPosition: LATEST}}\n",
        "  S: {Type: AWS::Kinesis::Stream}\n",
        &["kinesis S service service"],
    );
    check(
        "        E: {Type: DynamoDB, Properties: {Stream: !GetAtt T.StreamArn, StartingPosition: LATEST}}\n",
        "  T: {Type: AWS::DynamoDB::Table}\n",
        &["dynamodb-stream T service service"],
    );
    check(
        "        E: {Type: SNS, Properties: {Topic: !Ref T}}\n",
        "  T: {Type: AWS::SNS::Topic}\n",
        &["sns T service service"],
    );
    check(
        "        E: {Type: S3, Properties: {Bucket: !Ref B, Events: 's3:ObjectCreated:*'}}\n",
        "  B: {Type: AWS::S3::Bucket}\n",
        &["s3 B service service"],
    );
    check(
        "        E: {Type: EventBridgeRule, Properties: {Pattern: {source: [shop]}}}\n",
        "",
        &["eventbridge - service service"],
    );
    check(
        "        E: {Type: Schedule, Properties: {Schedule: rate(1 day)}}\n",
        "",
        &["schedule rate(1 day) service service"],
    );
    check(
        "        E: {Type: ScheduleV2, Properties: {ScheduleExpression: rate(1 day)}}\n",
        "",
        &["schedule rate(1 day) service service"],
    );
}

#[test]
fn a_function_url_shows_who_must_prove_what() {
    for (word, auth) in [("NONE", "none"), ("AWS_IAM", "iam")] {
        let app = load_sam(&format!(
            "  F:\n    Type: AWS::Serverless::Function\n    Properties: {{Runtime: python3.13, \
             Handler: a.b, CodeUri: ., FunctionUrlConfig: {{AuthType: {word}}}}}\n"
        ));
        assert_eq!(triggers(&app, "F"), [format!("function-url - {auth} internet")]);
    }
}

#[test]
fn a_permission_tells_of_a_source_outside_the_template() {
    let app = load(
        "Resources:\n  F: {Type: AWS::Lambda::Function, Properties: {Runtime: python3.13}}\n  P:\n    \
         Type: AWS::Lambda::Permission\n    Properties: {FunctionName: !Ref F, Action: \
         lambda:InvokeFunction, Principal: sns.amazonaws.com, SourceArn: \
         'arn:aws:sns:eu-west-1:111122223333:t'}\n",
    );
    assert_eq!(triggers(&app, "F"), ["sns - service service"]);
}

#[test]
fn tasks_of_a_state_machine_start_functions_in_every_spelling() {
    let machine = |definition: &str| {
        load(&format!(
            "Resources:\n  F: {{Type: AWS::Lambda::Function, Properties: {{Runtime: python3.13}}}}\n  \
             M:\n    Type: AWS::StepFunctions::StateMachine\n    Properties:\n{definition}"
        ))
    };
    let by_string = "      DefinitionString: !Sub '{\"StartAt\": \"A\", \"States\": {\"A\": {\"Type\": \
                     \"Task\", \"Resource\": \"${F.Arn}\", \"End\": true}}}'\n";
    let by_substitution = "      DefinitionString: '{\"StartAt\": \"A\", \"States\": {\"A\": {\"Type\": \
                           \"Task\", \"Resource\": \"${Fn}\", \"End\": true}}}'\n      \
                           DefinitionSubstitutions: {Fn: !GetAtt F.Arn}\n";
    let by_invoke = "      Definition: {StartAt: A, States: {A: {Type: Task, Resource: \
                     'arn:aws:states:::lambda:invoke', Parameters: {FunctionName: !Ref F}, End: \
                     true}}}\n";
    for definition in [by_string, by_substitution, by_invoke] {
        let found = triggers(&machine(definition), "F");
        assert_eq!(found, ["step-functions A service service"], "{definition}");
    }
}
