//! Every trigger: the hostile event is refused in its trigger's own form, its benign twin passes.

use crate::base64_of::base64;
use guard_inspect::{Answer, Decision, Inspector, Judgement, Reason, Scratch, Trigger};
use guard_settings::{Mode, Settings};
use serde_json::{Value, json};

const HOSTILE: &str = "1' OR 1=1--";
const BENIGN: &str = "O'Neill & Sons, 2 rooms";

fn judge(settings: &Settings, event: &Value) -> Judgement {
    let inspector = Inspector::new(settings).unwrap();
    inspector.event(&mut Scratch::default(), event.to_string().as_bytes(), "r-1")
}

/// How an event is refused, in short.
#[derive(Debug, PartialEq)]
enum Form {
    /// A response with this status, headers and message.
    Http,
    /// The same with `statusDescription`.
    LoadBalancer,
    /// As CloudFront wants it.
    Edge,
    /// An error of the Runtime API with this message.
    Error(&'static str),
    /// Exactly this response.
    Response(Value),
}

fn check(event: impl Fn(&str) -> Value, trigger: Trigger, field: &str, form: &Form) {
    let settings = Settings::default();
    let benign = judge(&settings, &event(BENIGN));
    assert_eq!((benign.trigger, &benign.decision), (trigger, &Decision::Pass), "{:?}", benign.hits);
    let hostile = judge(&settings, &event(HOSTILE));
    assert_eq!(hostile.trigger, trigger);
    let [hit] = &hostile.hits[..] else { panic!("{trigger:?}: {hostile:?}") };
    assert_eq!(hit.field, field);
    assert!(matches!(hit.reason, Reason::Attack { class: payload::Class::Sql, .. }), "{hit:?}");
    assert!(!hit.detail.contains("1=1"));
    let Decision::Answer(answer) = hostile.decision else { panic!("{trigger:?}: not refused") };
    check_form(&answer, form);

    let monitor = Settings { mode: Mode::Monitor, ..Settings::default() };
    let flagged = judge(&monitor, &event(HOSTILE));
    assert_eq!((flagged.decision, flagged.hits.len()), (Decision::Pass, 1), "{trigger:?}");
    let off = Settings { mode: Mode::Off, ..Settings::default() };
    assert!(judge(&off, &event(HOSTILE)).hits.is_empty());
}

fn check_form(answer: &Answer, form: &Form) {
    let body = match answer {
        Answer::Response { body } | Answer::Error { body, .. } => body,
    };
    let body: Value = serde_json::from_slice(body).unwrap();
    let text = |name: &str| -> Value {
        serde_json::from_str(body[name].as_str().unwrap_or("null")).unwrap()
    };
    let forbidden = json!({"message": "Forbidden", "requestId": "r-1"});
    match form {
        Form::Http | Form::LoadBalancer => {
            assert_eq!(body["statusCode"], 403, "{body}");
            assert_eq!(text("body"), forbidden);
            assert_eq!(body["headers"]["content-type"], "application/json");
            let description =
                if *form == Form::LoadBalancer { json!("403 Forbidden") } else { Value::Null };
            assert_eq!(body["statusDescription"], description);
        }
        Form::Edge => {
            assert_eq!((&body["status"], text("body")), (&json!("403"), forbidden));
            assert_eq!(body["headers"]["content-type"][0]["value"], "application/json");
        }
        Form::Error(message) => {
            let Answer::Error { error_type, .. } = answer else { panic!("{body}") };
            assert_eq!(*error_type, "Faasguard.Refused");
            assert_eq!(
                body,
                json!({"errorMessage": message, "errorType": error_type, "stackTrace": []})
            );
        }
        Form::Response(expected) => assert_eq!(body, *expected),
    }
}

const FORBIDDEN: Form = Form::Error("Forbidden");

fn rest(value: &Value) -> Value {
    json!({"resource": "/orders", "path": "/orders", "httpMethod": "POST", "headers": {"Content-Type": "application/json"},
        "requestContext": {"apiId": "a1", "httpMethod": "POST", "identity": {"sourceIp": "192.0.2.1"}}, "body": value.to_string()})
}

#[test]
fn requests_of_apis() {
    check(|v| rest(&json!({"userId": v})), Trigger::RestApi, "body.userId", &Form::Http);
    check(
        |v| {
            json!({"version": "2.0", "routeKey": "GET /o", "rawPath": "/o", "headers": {"host": "a.execute-api.eu-west-1.amazonaws.com"},
            "queryStringParameters": {"q": v}, "requestContext": {"http": {"method": "GET", "path": "/o"}, "domainName": "a.execute-api.eu-west-1.amazonaws.com"}})
        },
        Trigger::HttpApi,
        "queryStringParameters.q",
        &Form::Http,
    );
    check(
        |v| {
            json!({"version": "2.0", "rawPath": "/", "headers": {"content-type": "application/x-www-form-urlencoded"}, "isBase64Encoded": true,
            "body": base64(format!("a=1&note={}", v.replace('&', "%26").replace(' ', "+")).as_bytes()),
            "requestContext": {"http": {"method": "POST"}, "domainName": "x1.lambda-url.eu-west-1.on.aws"}})
        },
        Trigger::FunctionUrl,
        "body.note",
        &Form::Http,
    );
    check(
        |v| json!({"requestContext": {"connectionId": "c1=", "eventType": "MESSAGE", "routeKey": "$default"}, "body": json!({"action": "say", "text": v}).to_string()}),
        Trigger::WebSocket,
        "body.text",
        &Form::Http,
    );
    check(
        |v| {
            json!({"version": "2.0", "path": "/o", "method": "GET", "headers": {"host": ["a.example.com"]}, "queryStringParameters": {"q": [v]},
            "requestContext": {"serviceNetworkArn": "arn:aws:vpc-lattice:eu-west-1:111122223333:servicenetwork/sn-1"}})
        },
        Trigger::Lattice,
        "queryStringParameters.q[0]",
        &Form::Http,
    );
}

#[test]
fn requests_of_load_balancers_and_of_the_edge() {
    let elb = json!({"elb": {"targetGroupArn": "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/o/1"}});
    check(
        |v| json!({"requestContext": elb, "httpMethod": "GET", "path": "/", "queryStringParameters": {"q": v}, "headers": {"accept": "*/*"}, "body": ""}),
        Trigger::LoadBalancer { multi_value: false },
        "queryStringParameters.q",
        &Form::LoadBalancer,
    );
    check(
        |v| {
            json!({"Records": [{"cf": {"config": {"eventType": "viewer-request", "distributionId": "E1"}, "request": {"clientIp": "192.0.2.1", "method": "GET",
            "uri": "/o", "querystring": format!("id=7&q={}", v.replace(' ', "%20").replace('&', "%26")), "headers": {"host": [{"key": "Host", "value": "d1.cloudfront.net"}]}}}}]})
        },
        Trigger::EdgeRequest,
        "Records[0].cf.request.querystring.q",
        &Form::Edge,
    );
}

#[test]
fn multi_value_headers_are_answered_with_multi_value_headers() {
    let event = json!({"requestContext": {"elb": {}}, "httpMethod": "GET", "path": "/", "multiValueHeaders": {"x-note": [HOSTILE]}});
    let judgement = judge(&Settings::default(), &event);
    let Decision::Answer(Answer::Response { body }) = judgement.decision else { panic!() };
    let body: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(body["multiValueHeaders"]["content-type"], json!(["application/json"]));
    assert_eq!(judgement.hits[0].field, "multiValueHeaders.x-note[0]");
}

#[test]
fn notifications_and_events() {
    check(
        |v| json!({"Records": [{"EventSource": "aws:sns", "Sns": {"Type": "Notification", "Message": json!({"user": {"name": v}}).to_string(), "MessageAttributes": {}}}]}),
        Trigger::Sns,
        "Records[0].Sns.Message.user.name",
        &FORBIDDEN,
    );
    check(
        |v| json!({"version": "0", "id": "1", "detail-type": "Order placed", "source": "shop.orders", "detail": {"lines": [{"note": v}]}}),
        Trigger::EventBridge,
        "detail.lines[0].note",
        &FORBIDDEN,
    );
    check(
        |v| {
            json!({"eventSource": "aws:kafka", "eventSourceArn": "arn:aws:kafka:eu-west-1:111122223333:cluster/c/1", "records": {"orders-0": [
            {"topic": "orders", "partition": 0, "offset": 1, "key": base64(b"k"), "value": base64(json!({"note": v}).to_string().as_bytes()), "headers": []}]}})
        },
        Trigger::Kafka,
        "records.orders-0[0].value.note",
        &FORBIDDEN,
    );
    check(
        |v| json!({"eventSource": "SelfManagedKafka", "records": {"orders-0": [{"value": base64(b"x"), "headers": [{"h": v.bytes().collect::<Vec<_>>()}]}]}}),
        Trigger::Kafka,
        "records.orders-0[0].headers[0].h",
        &FORBIDDEN,
    );
    check(
        |v| json!({"eventSource": "aws:mq", "messages": [{"messageID": "ID:1", "data": base64(v.as_bytes())}]}),
        Trigger::ActiveMq,
        "messages[0].data",
        &FORBIDDEN,
    );
    check(
        |v| json!({"eventSource": "aws:rmq", "rmqMessagesByQueue": {"q::/": [{"basicProperties": {"headers": {"h": {"bytes": v.bytes().collect::<Vec<_>>()}}}, "data": ""}]}}),
        Trigger::RabbitMq,
        "rmqMessagesByQueue.q::/[0].basicProperties.headers.h.bytes",
        &FORBIDDEN,
    );
    check(
        |v| json!({"eventSource": "aws:docdb", "events": [{"event": {"operationType": "insert", "fullDocument": {"_id": {"$oid": "63eeb6e7d418cd98afb1c1d7"}, "name": v}}}]}),
        Trigger::DocumentDb,
        "events[0].event.fullDocument.name",
        &FORBIDDEN,
    );
}

#[test]
fn users_and_those_who_vouch_for_them() {
    check(
        |v| json!({"version": "1", "triggerSource": "PreSignUp_SignUp", "userPoolId": "eu-west-1_a", "userName": "ana", "request": {"userAttributes": {"name": v}}, "response": {}}),
        Trigger::Cognito,
        "request.userAttributes.name",
        &FORBIDDEN,
    );
    check(
        |v| json!({"type": "REQUEST", "methodArn": "arn:aws:execute-api:eu-west-1:111122223333:a/s/GET/o", "headers": {"x-key": v}, "requestContext": {}}),
        Trigger::ApiAuthorizer,
        "headers.x-key",
        &Form::Error("Unauthorized"),
    );
    check(
        |v| json!({"authorizationToken": "t", "requestContext": {"apiId": "a", "queryString": "query { a }", "variables": {"n": v}}, "requestHeaders": {}}),
        Trigger::AppSyncAuthorizer,
        "requestContext.variables.n",
        &Form::Response(json!({"isAuthorized": false})),
    );
    check(
        |v| json!({"token": "t", "signatureVerified": false, "protocols": ["http"], "protocolData": {"http": {"headers": {"x": v}, "queryString": "?a=b"}}}),
        Trigger::IotAuthorizer,
        "protocolData.http.headers.x",
        &Form::Response(json!({"isAuthenticated": false})),
    );
}

#[test]
fn other_services() {
    check(
        |v| json!({"arguments": {"id": v}, "info": {"fieldName": "getPost", "parentTypeName": "Query"}, "request": {"headers": {}}}),
        Trigger::AppSync,
        "arguments.id",
        &FORBIDDEN,
    );
    check(
        |v| json!([{"arguments": {}, "source": {"id": v}, "info": {"fieldName": "a"}}]),
        Trigger::AppSyncBatch,
        "[0].source.id",
        &Form::Response(
            json!([{"data": null, "errorMessage": "Forbidden", "errorType": "Faasguard.Refused"}]),
        ),
    );
    check(
        |v| json!({"bot": {"name": "b"}, "sessionState": {"intent": {"slots": {"city": {"value": {"originalValue": v}}}}}, "inputTranscript": "x"}),
        Trigger::Lex,
        "sessionState.intent.slots.city.value.originalValue",
        &FORBIDDEN,
    );
    check(
        |v| json!({"Name": "ContactFlowEvent", "Details": {"ContactData": {"Attributes": {"name": v}}, "Parameters": {}}}),
        Trigger::Connect,
        "Details.ContactData.Attributes.name",
        &FORBIDDEN,
    );
    check(
        |v| json!({"messageVersion": "1.0", "agent": {"name": "a"}, "actionGroup": "g", "parameters": [{"name": "q", "type": "string", "value": v}]}),
        Trigger::BedrockAgent,
        "parameters[0].value",
        &FORBIDDEN,
    );
    check(
        |v| json!({"version": "1.0", "session": {}, "context": {"System": {}}, "request": {"type": "IntentRequest", "intent": {"slots": {"c": {"value": v}}}}}),
        Trigger::Alexa,
        "request.intent.slots.c.value",
        &FORBIDDEN,
    );
    check(
        |v| json!({"Records": [{"eventSource": "aws:ses", "ses": {"mail": {"commonHeaders": {"subject": v}}, "receipt": {}}}]}),
        Trigger::Ses,
        "Records[0].ses.mail.commonHeaders.subject",
        &FORBIDDEN,
    );
    check(
        |v| json!({"Data": {"req": {"Url": "http://localhost/api/o", "Method": "POST", "Headers": {"Content-Type": ["application/json"]}, "Body": json!({"a": v}).to_string()}}, "Metadata": {}}),
        Trigger::AzureHandler,
        "Data.req.Body.a",
        &FORBIDDEN,
    );
    check(
        |v| json!({"specversion": "1.0", "type": "google.cloud.pubsub.topic.v1.messagePublished", "source": "//pubsub.googleapis.com/", "id": "1", "data": {"message": {"data": base64(json!({"a": v}).to_string().as_bytes())}}}),
        Trigger::CloudEvent,
        "data.message.data.a",
        &FORBIDDEN,
    );
    check(|v| json!({"name": v}), Trigger::Direct, "name", &FORBIDDEN);
    check(|v| json!(v), Trigger::Direct, "", &FORBIDDEN);
}

#[test]
fn what_operators_write_is_inspected_only_where_the_settings_name_it() {
    let event = |v: &str| {
        json!({"RequestType": "Create", "ResponseURL": "https://example.com/x?a=b", "StackId": "arn:aws:cloudformation:eu-west-1:111122223333:stack/s/1",
            "ResourceProperties": {"Query": v}})
    };
    let mut settings = Settings::default();
    let judgement = judge(&settings, &event(HOSTILE));
    assert_eq!((judgement.trigger, judgement.decision), (Trigger::CloudFormation, Decision::Pass));
    let path = "ResourceProperties.Query".parse().unwrap();
    settings.inspect.fields.insert(path, payload::Classes::NONE.with(payload::Class::Sql));
    assert_eq!(judge(&settings, &event(HOSTILE)).hits.len(), 1);
    assert_eq!(judge(&settings, &event(BENIGN)).hits.len(), 0);
}
