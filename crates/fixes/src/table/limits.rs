//! Throttles, concurrency, retries. A number is always somebody's to judge.

use crate::{
    fix::{Fix, Value::Number, derived, judged, safe, set},
    throttle::THROTTLE,
};

const REQUESTS: &str = "how many requests a second (100 here, 200 in a burst) must be let through";

const RESERVED: &str =
    "how many invocations at a time (50 here, out of those of the account) it needs";

pub(super) static FIXES: &[Fix] = &[
    judged((8, 1), "unlimited-concurrency", RESERVED, RESERVE),
    derived((8, 2), "unthrottled-api", REQUESTS, THROTTLE),
    derived((8, 3), "open-wallet", REQUESTS, THROTTLE),
    judged((8, 3), "open-wallet", RESERVED, RESERVE),
    judged(
        (8, 7),
        "unbounded-event-source",
        "how many invocations at a time (10 here) empty the queue fast enough",
        &[
            set("event:SQS", &[("ScalingConfig.MaximumConcurrency", Number(10))]),
            set(
                "AWS::Lambda::EventSourceMapping",
                &[("ScalingConfig.MaximumConcurrency", Number(10))],
            ),
        ],
    ),
    safe(
        (8, 12),
        "low-receive-count",
        &[set("AWS::SQS::Queue", &[("RedrivePolicy.maxReceiveCount", Number(5))])],
    ),
    judged(
        (8, 13),
        "unlimited-api-key",
        REQUESTS,
        &[set(
            "AWS::ApiGateway::UsagePlan",
            &[("Throttle.RateLimit", Number(100)), ("Throttle.BurstLimit", Number(200))],
        )],
    ),
    judged(
        (8, 17),
        "high-receive-count",
        "how often (20 times here) a message is tried again",
        &[set("AWS::SQS::Queue", &[("RedrivePolicy.maxReceiveCount", Number(20))])],
    ),
];

static RESERVE: &[crate::Setting] = &[
    set("AWS::Serverless::Function", &[("ReservedConcurrentExecutions", Number(50))]),
    set("AWS::Lambda::Function", &[("ReservedConcurrentExecutions", Number(50))]),
    set("serverless:function", &[("reservedConcurrency", Number(50))]),
];
