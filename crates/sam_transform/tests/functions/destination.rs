//! Destinations of asynchronous invocations.

use crate::{check, refuse, with_function};

#[test]
fn a_missing_destination_is_made_and_may_be_sent_to() {
    check(
        &with_function(
            "EventInvokeConfig:\n  MaximumRetryAttempts: 1\n  DestinationConfig:\n    OnFailure: {Type: SQS}",
        ),
        &[
            ("CreateOrderEventInvokeConfigOnFailureQueue/Type", "AWS::SQS::Queue"),
            (
                "CreateOrderEventInvokeConfig/Properties",
                "{FunctionName: !Ref CreateOrder, Qualifier: $LATEST, MaximumRetryAttempts: 1, \
                 DestinationConfig: {OnFailure: {Destination: !GetAtt \
                 CreateOrderEventInvokeConfigOnFailureQueue.Arn}}}",
            ),
            (
                "CreateOrderRole/Properties/Policies/0/PolicyDocument/Statement/0",
                "{Action: 'sqs:SendMessage', Effect: Allow, Resource: !GetAtt \
                 CreateOrderEventInvokeConfigOnFailureQueue.Arn}",
            ),
        ],
    );
}

#[test]
fn a_destination_may_be_missing_under_a_condition() {
    check(
        &with_function(
            "EventInvokeConfig:\n  DestinationConfig:\n    OnSuccess:\n      Type: SNS\n      \
             Destination: !If [MakeTopic, !Ref AWS::NoValue, 'arn:aws:sns:eu-west-1:111122223333:t']",
        ),
        &[
            ("CreateOrderEventInvokeConfigOnSuccessTopic/Condition", "MakeTopic"),
            (
                "CreateOrderEventInvokeConfig/Properties/DestinationConfig/OnSuccess/Destination/Fn::If/1",
                "!Ref CreateOrderEventInvokeConfigOnSuccessTopic",
            ),
        ],
    );
}

#[test]
fn the_configuration_waits_for_the_alias() {
    check(
        &with_function("AutoPublishAlias: live\nEventInvokeConfig: {MaximumRetryAttempts: 0}"),
        &[
            ("CreateOrderEventInvokeConfig/DependsOn", "[CreateOrderAliaslive]"),
            ("CreateOrderEventInvokeConfig/Properties/Qualifier", "live"),
        ],
    );
}

#[test]
fn a_bus_cannot_be_made() {
    let template = with_function(
        "EventInvokeConfig:\n  DestinationConfig:\n    OnSuccess: {Type: EventBridge}",
    );
    refuse(&template, 10, "needs `Destination`");
    refuse(&template.replace("EventBridge", "Fax"), 10, "must be one of");
}
