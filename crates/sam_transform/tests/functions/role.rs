//! Policies of every form, and where they come from.

use sam_transform::PolicyTemplateUse;

use crate::{at, check, expanded, refuse, with_function};

#[test]
fn managed_names_become_arns_and_others_stay() {
    check(
        &with_function(
            "Policies:\n  - AmazonDynamoDBFullAccess\n  - OwnPolicy\n  - AWSLambdaBasicExecutionRole",
        ),
        &[(
            "CreateOrderRole/Properties/ManagedPolicyArns",
            "['arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole', \
             'arn:aws:iam::aws:policy/AmazonDynamoDBFullAccess', OwnPolicy]",
        )],
    );
}

#[test]
fn a_document_and_a_template_become_inline_policies() {
    let template = with_function(
        "Policies:\n  - Statement:\n      - {Effect: Allow, Action: 's3:GetObject', Resource: '*'}\n  \
         - SQSSendMessagePolicy:\n      QueueName: !GetAtt Orders.QueueName",
    );
    check(
        &template,
        &[
            ("CreateOrderRole/Properties/Policies/0/PolicyName", "CreateOrderRolePolicy0"),
            ("CreateOrderRole/Properties/Policies/1/PolicyName", "CreateOrderRolePolicy1"),
            (
                "CreateOrderRole/Properties/Policies/1/PolicyDocument/Statement/0/Action",
                "['sqs:SendMessage*']",
            ),
        ],
    );
    let expanded = expanded(&template);
    let role = at(&expanded.template, "Resources/CreateOrderRole/Properties/Policies/1").unwrap();
    let used = PolicyTemplateUse {
        role: "CreateOrderRole".into(),
        policy_index: 1,
        name: "SQSSendMessagePolicy".into(),
        place: expanded.origins.policy_templates.first().unwrap().place,
    };
    assert_eq!(expanded.origins.policy_templates, [used]);
    assert_eq!(role.place.line, 11);
    assert_eq!(expanded.origins.resources.get("CreateOrderRole").unwrap(), "CreateOrder");
}

#[test]
fn a_role_that_is_given_needs_no_other() {
    let template = with_function("Role: !GetAtt Worker.Arn\nPolicies: S3ReadPolicy");
    check(&template, &[("CreateOrderRole", "null")]);
    let with_template =
        with_function("Role: !GetAtt Worker.Arn\nPolicies:\n  - S3ReadPolicy: {BucketName: b}");
    assert_eq!(expanded(&with_template).origins.policy_templates, []);
}

#[test]
fn a_conditional_policy_keeps_its_condition() {
    check(
        &with_function(
            "Policies:\n  - !If [IsProd, {S3ReadPolicy: {BucketName: b}}, !Ref AWS::NoValue]\n  \
             - !If [IsProd, AWSLambdaRole, !Ref AWS::NoValue]",
        ),
        &[
            ("CreateOrderRole/Properties/Policies/0/Fn::If/0", "IsProd"),
            ("CreateOrderRole/Properties/Policies/0/Fn::If/1/PolicyName", "CreateOrderRolePolicy0"),
            ("CreateOrderRole/Properties/Policies/0/Fn::If/2", "{Ref: AWS::NoValue}"),
            (
                "CreateOrderRole/Properties/ManagedPolicyArns/1",
                "!If [IsProd, 'arn:aws:iam::aws:policy/service-role/AWSLambdaRole', !Ref AWS::NoValue]",
            ),
        ],
    );
}

#[test]
fn a_conditional_role_is_made_under_the_other_condition() {
    check(
        &with_function("Role: !If [HasRole, !Ref RoleArn, !Ref AWS::NoValue]"),
        &[
            (
                "CreateOrder/Properties/Role",
                "!If [HasRole, !Ref RoleArn, !GetAtt CreateOrderRole.Arn]",
            ),
            ("CreateOrderRole/Condition", "NOTHasRole"),
        ],
    );
}

#[test]
fn a_dead_letter_queue_may_be_sent_to() {
    check(
        &with_function("DeadLetterQueue: {Type: SQS, TargetArn: !GetAtt Failed.Arn}"),
        &[
            ("CreateOrder/Properties/DeadLetterConfig/TargetArn", "!GetAtt Failed.Arn"),
            (
                "CreateOrderRole/Properties/Policies/0/PolicyDocument/Statement/0",
                "{Action: 'sqs:SendMessage', Resource: !GetAtt Failed.Arn, Effect: Allow}",
            ),
        ],
    );
    refuse(&with_function("DeadLetterQueue: {Type: S3, TargetArn: a}"), 8, "neither `SQS`");
}

#[test]
fn a_template_without_its_parameter_is_refused_where_it_is_named() {
    refuse(&with_function("Policies:\n  - S3ReadPolicy: {Bucket: b}"), 9, "`BucketName`");
    refuse(&with_function("Policies:\n  - S3RedPolicy: {BucketName: b}"), 9, "entry 0");
}
