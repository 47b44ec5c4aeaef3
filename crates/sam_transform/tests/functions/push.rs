//! Events that services push.

use crate::{at, check, expanded, indented, refuse, with_function};

fn with_event(event: &str, more: &str) -> String {
    with_function(&format!("Events:\n  Taken:\n{}", indented(event, "    "))) + more
}

#[test]
fn a_schedule_is_a_rule_that_may_invoke() {
    check(
        &with_event("Type: Schedule\nProperties: {Schedule: rate(1 day), Enabled: false}", ""),
        &[
            ("CreateOrderTaken/Properties/ScheduleExpression", "rate(1 day)"),
            ("CreateOrderTaken/Properties/State", "DISABLED"),
            (
                "CreateOrderTaken/Properties/Targets",
                "[{Arn: !GetAtt CreateOrder.Arn, Id: CreateOrderTakenLambdaTarget}]",
            ),
            (
                "CreateOrderTakenPermission/Properties",
                "{Action: 'lambda:InvokeFunction', FunctionName: !Ref CreateOrder, \
                 Principal: events.amazonaws.com, SourceArn: !GetAtt CreateOrderTaken.Arn}",
            ),
        ],
    );
}

#[test]
fn a_rule_may_have_a_generated_dead_letter_queue() {
    check(
        &with_event(
            "Type: EventBridgeRule\nProperties:\n  Pattern: {source: [orders]}\n  \
             DeadLetterConfig: {Type: SQS, QueueLogicalId: Lost}\n  RetryPolicy: {MaximumRetryAttempts: 2}",
            "",
        ),
        &[
            ("Lost/Type", "AWS::SQS::Queue"),
            ("CreateOrderTakenQueuePolicy/Properties/Queues", "[!Ref Lost]"),
            ("CreateOrderTaken/Properties/Targets/0/DeadLetterConfig", "{Arn: !GetAtt Lost.Arn}"),
            ("CreateOrderTaken/Properties/Targets/0/RetryPolicy", "{MaximumRetryAttempts: 2}"),
        ],
    );
}

#[test]
fn a_scheduler_invokes_under_a_role_of_its_own() {
    check(
        &with_event("Type: ScheduleV2\nProperties: {ScheduleExpression: rate(1 day)}", ""),
        &[
            ("CreateOrderTaken/Properties/FlexibleTimeWindow", "{Mode: 'OFF'}"),
            ("CreateOrderTaken/Properties/Name", "CreateOrderTaken"),
            (
                "CreateOrderTaken/Properties/Target",
                "{Arn: !GetAtt CreateOrder.Arn, RoleArn: !GetAtt CreateOrderTakenRole.Arn}",
            ),
            (
                "CreateOrderTakenRole/Properties/Policies/0/PolicyDocument/Statement/0/Resource",
                "!GetAtt CreateOrder.Arn",
            ),
        ],
    );
}

const BUCKET: &str = "  Uploads:\n    Type: AWS::S3::Bucket\n    DependsOn: Key\n";

#[test]
fn a_bucket_notifies_the_function_after_it_may() {
    check(
        &with_event(
            "Type: S3\nProperties: {Bucket: !Ref Uploads, Events: ['s3:ObjectCreated:*']}",
            BUCKET,
        ),
        &[
            (
                "Uploads/Properties/NotificationConfiguration/LambdaConfigurations",
                "[{Function: !GetAtt CreateOrder.Arn, Event: 's3:ObjectCreated:*'}]",
            ),
            ("Uploads/DependsOn", "[Key, CreateOrderTakenPermission]"),
            ("CreateOrderTakenPermission/Properties/SourceAccount", "!Ref AWS::AccountId"),
        ],
    );
}

#[test]
fn a_conditional_function_makes_the_bucket_wait_by_a_tag() {
    let template = with_event(
        "Type: S3\nProperties: {Bucket: !Ref Uploads, Events: 's3:ObjectCreated:*'}",
        BUCKET,
    )
    .replace(
        "    Properties:\n      Runtime",
        "    Condition: IsProd\n    Properties:\n      Runtime",
    );
    check(
        &template,
        &[
            ("Uploads/DependsOn", "Key"),
            (
                "Uploads/Properties/Tags/0/Key",
                "sam:ConditionalDependsOn:CreateOrderTakenPermission",
            ),
            (
                "Uploads/Properties/NotificationConfiguration/LambdaConfigurations/0/Fn::If/0",
                "IsProd",
            ),
        ],
    );
}

#[test]
fn a_changed_bucket_is_not_counted_as_generated() {
    let template = with_event("Type: S3\nProperties: {Bucket: !Ref Uploads, Events: a}", BUCKET);
    let expanded = expanded(&template);
    assert!(!expanded.origins.resources.contains_key("Uploads"));
    assert!(expanded.origins.resources.contains_key("CreateOrderTakenPermission"));
}

#[test]
fn a_bucket_elsewhere_is_refused_and_the_function_stays() {
    let template = with_event("Type: S3\nProperties: {Bucket: uploads, Events: a}", "");
    refuse(&template, 11, "same template");
    assert!(at(&expanded(&template).template, "Resources/CreateOrder").is_some());
}

#[test]
fn a_topic_invokes_or_fills_a_queue() {
    check(
        &with_event("Type: SNS\nProperties: {Topic: !Ref Orders}", ""),
        &[
            ("CreateOrderTaken/Properties/Protocol", "lambda"),
            ("CreateOrderTakenPermission/Properties/SourceArn", "!Ref Orders"),
        ],
    );
    check(
        &with_event(
            "Type: SNS\nProperties: {Topic: !Ref Orders, SqsSubscription: true}",
            "  Orders:\n    Type: AWS::SNS::Topic\n    Properties: {FifoTopic: true}\n",
        ),
        &[
            ("CreateOrderTaken/Properties/Protocol", "sqs"),
            ("CreateOrderTakenQueue/Properties/FifoQueue", "true"),
            (
                "CreateOrderTakenEventSourceMapping/Properties",
                "{FunctionName: !Ref CreateOrder, EventSourceArn: !GetAtt CreateOrderTakenQueue.Arn, \
                 BatchSize: 10, Enabled: true}",
            ),
            (
                "CreateOrderTakenQueuePolicy/Properties/PolicyDocument/Statement/0/Condition",
                "{ArnEquals: {'aws:SourceArn': !Ref Orders}}",
            ),
        ],
    );
}

#[test]
fn logs_devices_skills_and_user_pools_may_invoke() {
    check(
        &with_event(
            "Type: CloudWatchLogs\nProperties: {LogGroupName: orders, FilterPattern: ''}",
            "",
        ),
        &[("CreateOrderTaken/DependsOn", "[CreateOrderTakenPermission]")],
    );
    check(
        &with_event("Type: IoTRule\nProperties: {Sql: SELECT 1}", ""),
        &[("CreateOrderTaken/Properties/TopicRulePayload/RuleDisabled", "false")],
    );
    check(
        &with_event("Type: AlexaSkill\nProperties: {SkillId: skill}", ""),
        &[("CreateOrderTakenPermission/Properties/EventSourceToken", "skill")],
    );
    check(
        &with_event(
            "Type: Cognito\nProperties: {UserPool: !Ref Users, Trigger: PreSignUp}",
            "  Users:\n    Type: AWS::Cognito::UserPool\n",
        ),
        &[
            ("Users/Properties/LambdaConfig/PreSignUp", "!GetAtt CreateOrder.Arn"),
            ("CreateOrderCognitoPermission/Properties/SourceArn", "!GetAtt Users.Arn"),
        ],
    );
}

#[test]
fn what_is_wrong_with_an_event_is_told() {
    refuse(&with_event("Type: Scedule", ""), 10, "no event type `Scedule`");
    refuse(&with_event("Properties: {}", ""), 9, "no `Type`");
    refuse(&with_event("Type: Schedule\nProperties: {Rate: 1}", ""), 11, "no property `Rate`");
    refuse(&with_event("Type: Schedule", ""), 9, "lacks the property `Schedule`");
}
