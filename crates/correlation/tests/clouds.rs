//! Rules about the log of one cloud never see events of another.

use audit_event::{Limits, read};
use correlation::RuleSet;
use source_text::FileId;

const RULES: &str = "title: aws
logsource: {product: aws, service: cloudtrail}
detection: {a: {eventName: Ask}, condition: not a}
---
title: activity
logsource: {product: azure, service: activitylogs}
detection: {a: {operationName: microsoft.web/sites/write}, condition: a}
---
title: sign-ins
logsource: {product: azure, service: signinlogs}
detection: {a: {ResultType|exists: true}, condition: a}
---
title: azure
logsource: {product: azure}
detection: {a: [ana@example.com], condition: a}
---
title: google
logsource: {product: gcp, service: gcp.audit}
detection: {a: {data.protoPayload.authorizationInfo.granted: 'true'}, condition: a}
---
title: anything
logsource: {definition: x}
detection: {a: {nothing: null}, condition: a}
---
title: others
logsource: {product: gcp, service: google_workspace.admin}
detection: {a: {eventName: x}, condition: a}
";

#[test]
fn events_meet_the_rules_of_their_own_log() {
    let (rules, told) = RuleSet::load(&[(FileId(0), RULES)]);
    assert!(told.is_empty(), "{told:?}");
    assert_eq!((rules.len(), rules.other_logs), (6, 1));
    let mut scratch = rules.engine().scratch();
    let mut check = |record: &str, expect: &[&str]| {
        let mut seen = 0;
        read(record.as_bytes(), &Limits::default(), &mut |event| {
            seen += 1;
            let mut titles = Vec::new();
            rules.engine().matches(event, &mut scratch, &mut |rule| {
                titles.push(rules.meta(rule).unwrap().title.to_string());
            });
            assert_eq!(titles, expect, "{record}");
        });
        assert_eq!(seen, 1);
    };
    check(r#"{"eventSource":"x.amazonaws.com","eventName":"Tell"}"#, &["aws", "anything"]);
    // Irregular, as a name is no text.
    check(
        r#"{"eventSource":"x.amazonaws.com","eventName":"Tell","errorCode":5,"operationName":"Microsoft.Web/sites/write"}"#,
        &["aws", "anything"],
    );
    check(
        r#"{"time":"2026-03-04T10:00:00Z","operationName":{"value":"Microsoft.Web/sites/write"},"caller":"ana@example.com","category":{"value":"Administrative"}}"#,
        &["activity", "azure", "anything"],
    );
    check(
        r#"{"time":"2026-03-04T10:00:00Z","operationName":"Sign-in activity","category":"SignInLogs","tenantId":"t","resultType":"0"}"#,
        &["sign-ins", "anything"],
    );
    check(
        r#"{"protoPayload":{"serviceName":"a","methodName":"b","authorizationInfo":[{"granted":true}]}}"#,
        &["google", "anything"],
    );
}
