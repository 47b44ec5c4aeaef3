//! What carries events: queues, topics, streams, buses, schedules, state machines.

use crate::table::{Form, Row, Turn, find, read};

const QUEUE_ROWS: &[Row] = &[
    ("VisibilityTimeout", "VisibilityTimeout", Turn::Same),
    ("MessageRetentionPeriod", "MessageRetentionPeriod", Turn::Same),
    ("KmsMasterKeyId", "KmsMasterKeyId", Turn::Same),
    ("SqsManagedSseEnabled", "SqsManagedSseEnabled", Turn::Same),
    ("FifoQueue", "FifoQueue", Turn::Same),
    ("RedrivePolicy", "RedrivePolicy", Turn::Document),
    ("", "Policy", Turn::Policy("AWS::SQS::QueuePolicy", "Queues[]")),
];

pub(super) static QUEUE: Form = Form {
    type_: "AWS::SQS::Queue",
    service: "sqs",
    finds: &[
        find("ListQueues", "QueueUrls", "", &[""], &[]),
        find("GetQueueAttributes", "Attributes", "QueueArn", &["QueueArn"], &[]),
    ],
    reads: &[read("GetQueueAttributes", "Attributes", QUEUE_ROWS)],
};

const TOPIC_ROWS: &[Row] = &[
    ("KmsMasterKeyId", "KmsMasterKeyId", Turn::Same),
    ("", "Policy", Turn::Policy("AWS::SNS::TopicPolicy", "Topics[]")),
];

pub(super) static TOPIC: Form = Form {
    type_: "AWS::SNS::Topic",
    service: "sns",
    finds: &[
        find("ListTopics", "Topics", "TopicArn", &["TopicArn"], &[]),
        find("GetTopicAttributes", "Attributes", "TopicArn", &["TopicArn"], &[]),
    ],
    reads: &[read("GetTopicAttributes", "Attributes", TOPIC_ROWS)],
};

const SUBSCRIPTION_ROWS: &[Row] = &[
    ("TopicArn", "TopicArn", Turn::Same),
    ("Protocol", "Protocol", Turn::Same),
    ("Endpoint", "Endpoint", Turn::Same),
];

pub(super) static SUBSCRIPTION: Form = Form {
    type_: "AWS::SNS::Subscription",
    service: "sns",
    finds: &[
        find(
            "ListSubscriptions",
            "Subscriptions",
            "SubscriptionArn",
            &["SubscriptionArn"],
            SUBSCRIPTION_ROWS,
        ),
        find(
            "ListSubscriptionsByTopic",
            "Subscriptions",
            "SubscriptionArn",
            &["SubscriptionArn"],
            SUBSCRIPTION_ROWS,
        ),
    ],
    reads: &[read(
        "GetSubscriptionAttributes",
        "Attributes",
        &[
            ("FilterPolicy", "FilterPolicy", Turn::Document),
            ("RedrivePolicy", "RedrivePolicy", Turn::Document),
        ],
    )],
};

const STREAM_ROWS: &[Row] = &[
    ("Name", "StreamName", Turn::Same),
    ("RetentionPeriodHours", "RetentionPeriodHours", Turn::Same),
    ("StreamEncryption.EncryptionType", "EncryptionType", Turn::Unless("NONE")),
    ("StreamEncryption.KeyId", "KeyId", Turn::Same),
];

pub(super) static STREAM: Form = Form {
    type_: "AWS::Kinesis::Stream",
    service: "kinesis",
    finds: &[
        find(
            "DescribeStreamSummary",
            "StreamDescriptionSummary",
            "StreamName",
            &["StreamARN"],
            STREAM_ROWS,
        ),
        find("DescribeStream", "StreamDescription", "StreamName", &["StreamARN"], STREAM_ROWS),
        find("ListStreams", "StreamNames", "", &[], &[("Name", "", Turn::Same)]),
    ],
    reads: &[
        read("DescribeStreamSummary", "StreamDescriptionSummary", STREAM_ROWS),
        read("DescribeStream", "StreamDescription", STREAM_ROWS),
        read(
            "GetResourcePolicy",
            "",
            &[("", "Policy", Turn::Policy("AWS::Kinesis::ResourcePolicy", "ResourceArn"))],
        ),
    ],
};

const BUS_ROWS: &[Row] = &[
    ("Name", "Name", Turn::Same),
    ("DeadLetterConfig", "DeadLetterConfig", Turn::Same),
    ("KmsKeyIdentifier", "KmsKeyIdentifier", Turn::Same),
    ("#policy", "Policy", Turn::Document),
];

pub(super) static BUS: Form = Form {
    type_: "AWS::Events::EventBus",
    service: "events",
    finds: &[
        find("ListEventBuses", "EventBuses", "Name", &["Arn"], BUS_ROWS),
        find("DescribeEventBus", "", "Name", &["Arn"], BUS_ROWS),
    ],
    reads: &[],
};

const RULE_ROWS: &[Row] = &[
    ("Name", "Name", Turn::Same),
    ("EventPattern", "EventPattern", Turn::Document),
    ("ScheduleExpression", "ScheduleExpression", Turn::Same),
    ("State", "State", Turn::Same),
    ("RoleArn", "RoleArn", Turn::Same),
    ("EventBusName", "EventBusName", Turn::Ref("AWS::Events::EventBus")),
];

pub(super) static RULE: Form = Form {
    type_: "AWS::Events::Rule",
    service: "events",
    finds: &[
        find("ListRules", "Rules", "Name", &["Arn"], RULE_ROWS),
        find("DescribeRule", "", "Name", &["Arn"], RULE_ROWS),
    ],
    reads: &[read("ListTargetsByRule", "", &[("Targets", "Targets", Turn::Same)])],
};

const SCHEDULE_ROWS: &[Row] = &[
    ("Name", "Name", Turn::Same),
    ("GroupName", "GroupName", Turn::Same),
    ("ScheduleExpression", "ScheduleExpression", Turn::Same),
    ("State", "State", Turn::Same),
    ("Target", "Target", Turn::Same),
    ("KmsKeyArn", "KmsKeyArn", Turn::Same),
];

pub(super) static SCHEDULE: Form = Form {
    type_: "AWS::Scheduler::Schedule",
    service: "scheduler",
    finds: &[
        find("GetSchedule", "", "Name", &["Arn"], SCHEDULE_ROWS),
        find("ListSchedules", "Schedules", "Name", &["Arn"], &[("Name", "Name", Turn::Same)]),
    ],
    reads: &[],
};

const MACHINE_ROWS: &[Row] = &[
    ("StateMachineName", "name", Turn::Same),
    ("StateMachineType", "type", Turn::Same),
    ("RoleArn", "roleArn", Turn::Same),
    ("Definition", "definition", Turn::Document),
    ("LoggingConfiguration.Level", "loggingConfiguration.level", Turn::Same),
    (
        "LoggingConfiguration.IncludeExecutionData",
        "loggingConfiguration.includeExecutionData",
        Turn::Same,
    ),
    ("LoggingConfiguration.Destinations", "loggingConfiguration.destinations", Turn::Large),
    ("TracingConfiguration.Enabled", "tracingConfiguration.enabled", Turn::Same),
    ("EncryptionConfiguration", "encryptionConfiguration", Turn::Large),
];

pub(super) static MACHINE: Form = Form {
    type_: "AWS::StepFunctions::StateMachine",
    service: "stepfunctions",
    finds: &[
        find("DescribeStateMachine", "", "name", &["stateMachineArn"], MACHINE_ROWS),
        find("ListStateMachines", "stateMachines", "name", &["stateMachineArn"], &[]),
    ],
    reads: &[],
};

/// Names of members are those of templates already; which of them stand there depends on the kind of
/// source and target.
const PIPE_ROWS: &[Row] = &[
    ("Name", "Name", Turn::Same),
    ("Source", "Source", Turn::Same),
    ("SourceParameters", "SourceParameters", Turn::Same),
    ("Enrichment", "Enrichment", Turn::Same),
    ("Target", "Target", Turn::Same),
    ("TargetParameters", "TargetParameters", Turn::Same),
    ("RoleArn", "RoleArn", Turn::Same),
    ("DesiredState", "DesiredState", Turn::Same),
    ("LogConfiguration", "LogConfiguration", Turn::Same),
];

pub(super) static PIPE: Form = Form {
    type_: "AWS::Pipes::Pipe",
    service: "pipes",
    finds: &[
        find("DescribePipe", "", "Name", &["Arn"], PIPE_ROWS),
        find("ListPipes", "Pipes", "Name", &["Arn"], PIPE_ROWS),
    ],
    reads: &[],
};
