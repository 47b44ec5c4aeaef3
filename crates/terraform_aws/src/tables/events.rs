//! Queues, topics, streams, buses, schedules, state machines, brokers.

use terraform_tables::row::{
    At, Owner, Row,
    Turn::{As, By, Json, Listed, Many, Named, One},
    Type, nothing, part, resource,
};

use crate::join;

const DEAD_LETTER: Row = ("dead_letter_config", "DeadLetterConfig", One(&[]));

static TARGET: &[Row] = &[
    ("rule", "", As),
    ("event_bus_name", "", As),
    ("target_id", "Id", As),
    ("arn", "Arn", Named("aws_lambda_function")),
    DEAD_LETTER,
    ("retry_policy", "RetryPolicy", One(&[])),
];

pub(super) static TYPES: &[Type] = &[
    resource(
        "aws_sqs_queue",
        "AWS::SQS::Queue",
        &[
            ("name", "QueueName", As),
            ("visibility_timeout_seconds", "VisibilityTimeout", As),
            ("message_retention_seconds", "MessageRetentionPeriod", As),
            ("max_message_size", "MaximumMessageSize", As),
            ("receive_wait_time_seconds", "ReceiveMessageWaitTimeSeconds", As),
            ("redrive_policy", "RedrivePolicy", Json),
            ("redrive_allow_policy", "RedriveAllowPolicy", Json),
            // A resource of its own in CloudFormation.
            ("policy", "", As),
        ],
    ),
    resource(
        "aws_sqs_queue_policy",
        "AWS::SQS::QueuePolicy",
        &[("queue_url", "Queues", Listed), ("policy", "PolicyDocument", Json)],
    ),
    part(
        "aws_sqs_queue_redrive_policy",
        Owner::In("queue_url", "aws_sqs_queue"),
        At::Below(""),
        &[("queue_url", "", As), ("redrive_policy", "RedrivePolicy", Json)],
    ),
    part(
        "aws_sqs_queue_redrive_allow_policy",
        Owner::In("queue_url", "aws_sqs_queue"),
        At::Below(""),
        &[("queue_url", "", As), ("redrive_allow_policy", "RedriveAllowPolicy", Json)],
    ),
    resource("aws_sns_topic", "AWS::SNS::Topic", &[("name", "TopicName", As), ("policy", "", As)]),
    resource(
        "aws_sns_topic_policy",
        "AWS::SNS::TopicPolicy",
        &[("arn", "Topics", Listed), ("policy", "PolicyDocument", Json)],
    ),
    resource(
        "aws_sns_topic_subscription",
        "AWS::SNS::Subscription",
        &[("filter_policy", "FilterPolicy", Json), ("redrive_policy", "RedrivePolicy", Json)],
    ),
    resource(
        "aws_kinesis_stream",
        "AWS::Kinesis::Stream",
        &[
            ("encryption_type", "StreamEncryption.EncryptionType", As),
            ("kms_key_id", "StreamEncryption.KeyId", As),
            ("retention_period", "RetentionPeriodHours", As),
        ],
    ),
    resource(
        "aws_kinesis_resource_policy",
        "AWS::Kinesis::ResourcePolicy",
        &[("policy", "ResourcePolicy", Json)],
    ),
    resource("aws_kinesis_stream_consumer", "AWS::Kinesis::StreamConsumer", &[]),
    resource(
        "aws_kinesis_firehose_delivery_stream",
        "AWS::KinesisFirehose::DeliveryStream",
        &[
            ("name", "DeliveryStreamName", As),
            (
                "server_side_encryption",
                "DeliveryStreamEncryptionConfigurationInput",
                One(&[("key_arn", "KeyARN", As)]),
            ),
            ("kinesis_source_configuration", "KinesisStreamSourceConfiguration", One(&[])),
        ],
    ),
    resource(
        "aws_cloudwatch_event_rule",
        "AWS::Events::Rule",
        &[
            ("event_pattern", "EventPattern", Json),
            ("event_bus_name", "EventBusName", Named("aws_cloudwatch_event_bus")),
        ],
    ),
    part(
        "aws_cloudwatch_event_target",
        Owner::In("rule", "aws_cloudwatch_event_rule"),
        At::Item("Targets"),
        TARGET,
    ),
    resource("aws_cloudwatch_event_bus", "AWS::Events::EventBus", &[DEAD_LETTER]),
    resource(
        "aws_cloudwatch_event_bus_policy",
        "AWS::Events::EventBusPolicy",
        &[
            ("policy", "Statement", Json),
            ("event_bus_name", "EventBusName", Named("aws_cloudwatch_event_bus")),
        ],
    ),
    resource(
        "aws_cloudwatch_event_permission",
        "AWS::Events::EventBusPolicy",
        &[
            ("event_bus_name", "EventBusName", Named("aws_cloudwatch_event_bus")),
            ("condition", "Condition", One(&[])),
        ],
    ),
    nothing("aws_cloudwatch_event_archive"),
    resource(
        "aws_scheduler_schedule",
        "AWS::Scheduler::Schedule",
        &[(
            "target",
            "Target",
            One(&[
                ("arn", "Arn", Named("aws_lambda_function")),
                DEAD_LETTER,
                ("retry_policy", "RetryPolicy", One(&[])),
            ]),
        )],
    ),
    resource("aws_scheduler_schedule_group", "AWS::Scheduler::ScheduleGroup", &[]),
    resource(
        "aws_sfn_state_machine",
        "AWS::StepFunctions::StateMachine",
        &[
            ("name", "StateMachineName", As),
            ("type", "StateMachineType", As),
            ("definition", "*", By(join::state_machine_definition)),
            (
                "logging_configuration",
                "LoggingConfiguration",
                One(&[("log_destination", "Destinations", Listed)]),
            ),
            ("tracing_configuration", "TracingConfiguration", One(&[])),
            ("encryption_configuration", "EncryptionConfiguration", One(&[])),
        ],
    ),
    resource(
        "aws_msk_cluster",
        "AWS::MSK::Cluster",
        &[
            ("encryption_info", "EncryptionInfo", One(&[])),
            ("client_authentication", "ClientAuthentication", One(&[])),
            ("broker_node_group_info", "BrokerNodeGroupInfo", One(&[])),
        ],
    ),
    resource("aws_msk_serverless_cluster", "AWS::MSK::ServerlessCluster", &[]),
    resource(
        "aws_mq_broker",
        "AWS::AmazonMQ::Broker",
        &[
            ("user", "Users", Many(&[])),
            ("logs", "Logs", One(&[])),
            ("encryption_options", "EncryptionOptions", One(&[])),
        ],
    ),
    resource(
        "aws_iot_topic_rule",
        "AWS::IoT::TopicRule",
        &[
            ("name", "RuleName", As),
            ("sql", "TopicRulePayload.Sql", As),
            ("lambda", "TopicRulePayload.Actions", By(join::iot_lambda)),
        ],
    ),
    resource(
        "aws_ses_receipt_rule",
        "AWS::SES::ReceiptRule",
        &[("name", "Rule.Name", As), ("lambda_action", "Rule.Actions", By(join::mail_lambda))],
    ),
];
