//! Records of Azure and Google, in the shapes in which they are exported and listed.

use audit_event::{
    AuditEvent, EventKind, FieldValue, Limits, Log, Outcome, Provider, Text, read, values_of,
};

const EXPORTED: &str = r#"{"time":"2026-03-04T10:00:00.1234567Z","resourceId":"/SUBSCRIPTIONS/S-1/RESOURCEGROUPS/R/PROVIDERS/MICROSOFT.WEB/SITES/orders","operationName":"MICROSOFT.WEB/SITES/FUNCTIONS/WRITE","category":"Administrative","resultType":"Failure","resultSignature":"Failed.Forbidden","callerIpAddress":"198.51.100.7","correlationId":"c-1","identity":{"claims":{"http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn":"ana@example.com"}},"location":"global","properties":{"message":"m","statusCode":"Forbidden"}}"#;

const LISTED: &str = r#"{"caller":"bob@example.com","eventDataId":"e-1","eventTimestamp":"2026-03-04T10:00:00Z","operationName":{"value":"Microsoft.Web/sites/host/listkeys/action","localizedValue":"List"},"status":{"value":"Succeeded"},"category":{"value":"Administrative"},"resourceProviderName":{"value":"Microsoft.Web"},"resourceId":"/subscriptions/S-1/resourceGroups/r/providers/Microsoft.Web/sites/orders","subscriptionId":"S-1","httpRequest":{"clientIpAddress":"198.51.100.8"},"claims":{"appid":"a-1"}}"#;

const ENTRY: &str = r#"{"logName":"projects/orders-prod/logs/cloudaudit.googleapis.com%2Factivity","insertId":"i-1","timestamp":"2026-03-04T10:00:00.5Z","resource":{"type":"cloud_function","labels":{"project_id":"orders-prod","region":"europe-west1"}},"protoPayload":{"@type":"type.googleapis.com/google.cloud.audit.AuditLog","serviceName":"cloudfunctions.googleapis.com","methodName":"google.cloud.functions.v1.CloudFunctionsService.SetIamPolicy","resourceName":"projects/orders-prod/locations/europe-west1/functions/orders","authenticationInfo":{"principalEmail":"ana@example.com"},"authorizationInfo":[{"permission":"a","granted":true},{"permission":"b"}],"requestMetadata":{"callerIp":"198.51.100.9","callerSuppliedUserAgent":"gcloud"},"status":{"code":7,"message":"no"}}}"#;

fn text(text: Option<Text<'_>>) -> String {
    text.map(|it| it.to_str().into_owned()).unwrap_or_default()
}

fn one(record: &str, check: &mut dyn FnMut(&AuditEvent<'_>)) {
    let mut seen = 0;
    let outcome = read(record.as_bytes(), &Limits::default(), &mut |event| {
        seen += 1;
        assert!(event.is_irregular, "shortcuts over CloudTrail's fields do not hold");
        assert_eq!(event.kind(), EventKind::OtherCloud);
        check(event);
    });
    assert_eq!((seen, outcome.aliens), (1, 0), "{record}");
}

fn count(input: &str) -> Outcome {
    read(input.as_bytes(), &Limits::default(), &mut |_| {})
}

#[test]
fn what_azure_exports_is_read() {
    one(EXPORTED, &mut |event| {
        assert_eq!((event.provider, event.log), (Provider::Azure, Log::AzureActivity));
        assert_eq!(text(Some(event.name)), "MICROSOFT.WEB/SITES/FUNCTIONS/WRITE");
        assert_eq!(text(Some(event.source)), "MICROSOFT.WEB");
        assert_eq!(text(event.actor.user_name), "ana@example.com");
        assert_eq!(text(event.recipient_account), "S-1");
        assert_eq!(text(event.error_code), "Failed.Forbidden");
        assert_eq!(text(event.source_ip), "198.51.100.7");
        assert_eq!(event.time.map(|it| it.0), Some(1_772_618_400));
        assert_eq!(event.resources().count(), 1);
    });
}

#[test]
fn what_azure_lists_is_read() {
    one(LISTED, &mut |event| {
        assert_eq!(event.log, Log::AzureActivity);
        assert_eq!(text(Some(event.name)), "Microsoft.Web/sites/host/listkeys/action");
        assert_eq!(text(Some(event.source)), "Microsoft.Web");
        assert_eq!(text(event.actor.user_name), "bob@example.com");
        assert_eq!(text(event.actor.principal_id), "a-1");
        assert_eq!(text(event.source_ip), "198.51.100.8");
        assert_eq!((text(event.id), event.error_code), ("e-1".to_owned(), None));
    });
}

#[test]
fn logs_of_entra_and_of_resources_are_told_apart() {
    let of = |category: &str, result: &str| {
        format!(
            r#"{{"time":"2026-03-04T10:00:00Z","resourceId":"/tenants/t/providers/Microsoft.aadiam","operationName":"x","category":"{category}","resultType":"{result}","tenantId":"t"}}"#
        )
    };
    for (category, result, log, has_failed) in [
        ("SignInLogs", "0", Log::EntraSignIn, false),
        ("NonInteractiveUserSignInLogs", "50126", Log::EntraSignIn, true),
        ("AuditLogs", "", Log::EntraAudit, false),
        ("UserRiskEvents", "", Log::EntraRisk, false),
        ("AuditEvent", "Success", Log::AzureResource, false),
    ] {
        one(&of(category, result), &mut |event| {
            assert_eq!(event.log, log);
            assert_eq!(event.error_code.is_some(), has_failed, "{category}");
            assert_eq!(text(Some(event.source)), "Microsoft.aadiam");
        });
    }
}

#[test]
fn entries_of_google_are_read() {
    one(ENTRY, &mut |event| {
        assert_eq!((event.provider, event.log), (Provider::Google, Log::GoogleAudit));
        assert_eq!(text(Some(event.source)), "cloudfunctions.googleapis.com");
        assert_eq!(text(event.actor.user_name), "ana@example.com");
        assert_eq!(text(event.recipient_account), "orders-prod");
        assert_eq!(text(event.region), "europe-west1");
        assert_eq!(text(event.category), "activity");
        assert_eq!((text(event.error_code), event.status_code()), ("7".to_owned(), Some(7)));
        assert_eq!(text(event.error_message), "no");
    });
}

#[test]
fn every_shape_and_mixture_is_read() {
    let aws = r#"{"eventSource":"s3.amazonaws.com","eventName":"GetObject"}"#;
    let all = [
        format!("{{\"records\":[{EXPORTED},{EXPORTED}]}}"),
        format!("{{\"value\":[{LISTED}],\"nextLink\":\"x\"}}"),
        format!("[{ENTRY},{LISTED}]"),
        format!("{{\"entries\":[{ENTRY}],\"nextPageToken\":\"x\"}}"),
        format!("{aws}\n{EXPORTED}\n{ENTRY}\n"),
        format!("{{\"message\":{}}}", serde_json::Value::from(ENTRY)),
    ];
    let counts: Vec<_> = all.iter().map(|it| (count(it).events, count(it).aliens)).collect();
    assert_eq!(counts, [(2, 0), (1, 0), (2, 0), (1, 0), (3, 0), (1, 0)]);
    // What only looks like it is none.
    for near in [
        r#"{"operationName":"x","time":"2026-03-04T10:00:00Z"}"#,
        r#"{"operationName":"x","caller":"ana"}"#,
        r#"{"protoPayload":{"serviceName":"x"}}"#,
        r#"{"protoPayload":"x","methodName":"y"}"#,
    ] {
        assert_eq!((count(near).events, count(near).aliens), (0, 1), "{near}");
    }
}

#[test]
fn fields_are_found_under_the_names_that_rules_give_them() {
    let check = |record: &str, path: &str, expect: &[&str]| {
        one(record, &mut |event| {
            let values = values_of(event, path);
            let texts: Vec<String> = values
                .iter()
                .map(|value| match value {
                    FieldValue::Text(it) => it.to_str().into_owned(),
                    FieldValue::Json(it) => {
                        it.text().map_or(String::from_utf8_lossy(it.raw()).into_owned(), |it| {
                            it.to_str().into_owned()
                        })
                    }
                })
                .collect();
            assert_eq!(texts, expect, "{path}");
        });
    };
    for name in ["operationName", "OperationNameValue", "OPERATIONNAME"] {
        check(LISTED, name, &["Microsoft.Web/sites/host/listkeys/action"]);
    }
    check(LISTED, "ActivityStatusValue", &["Succeeded"]);
    check(EXPORTED, "resultType", &["Failure"]);
    check(EXPORTED, "properties.message", &["m"]);
    check(EXPORTED, "StatusCode", &["Forbidden"]);
    check(EXPORTED, "CategoryValue", &["Administrative"]);
    check(EXPORTED, "eventName", &[]);
    for name in ["gcp.audit.method_name", "data.protoPayload.methodName", "protoPayload.methodName"]
    {
        check(ENTRY, name, &["google.cloud.functions.v1.CloudFunctionsService.SetIamPolicy"]);
    }
    check(ENTRY, "data.protoPayload.authorizationInfo.permission", &["a", "b"]);
    check(ENTRY, "data.protoPayload.resource.type", &["cloud_function"]);
    check(ENTRY, "gcp.audit.request_metadata.caller_ip", &["198.51.100.9"]);
    check(ENTRY, "protoPayload.status.code", &["7"]);
}
