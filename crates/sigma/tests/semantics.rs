//! What the specification says of values, one line each, and where engines differ.
use sigma::{Engine, parse};
use source_text::FileId;

fn matches(detection: &str, members: &str) -> bool {
    let body = format!("  {}\n", detection.replace('\n', "\n  "));
    let text = format!("title: t\nlogsource: {{product: aws}}\ndetection:\n{body}  condition: a\n");
    let documents = parse(FileId(0), &text);
    assert_eq!(documents.faults, [], "{text}");
    let (engine, _) = Engine::new(&documents.rules, &[]);
    let record =
        format!(r#"{{"eventSource":"s3.amazonaws.com","eventName":"GetObject",{members}}}"#);
    let mut found = false;
    let outcome =
        audit_event::read(record.as_bytes(), &audit_event::Limits::default(), &mut |event| {
            engine.matches(event, &mut engine.scratch(), &mut |_| found = true);
        });
    assert_eq!(outcome.events, 1, "{record}");
    found
}

fn check(detection: &str, yes: &[&str], no: &[&str]) {
    for members in yes {
        assert!(matches(detection, members), "{detection} does not match {members}");
    }
    for members in no {
        assert!(!matches(detection, members), "{detection} matches {members}");
    }
}

#[test]
fn null_is_absent_or_null() {
    let yes = [r#""errorCode":null"#, r#""x":1"#];
    let no = [
        r#""errorCode":"AccessDenied""#,
        r#""errorCode":"""#,
        r#""errorCode":0"#,
        r#""errorCode":[]"#,
    ];
    check("a: {errorCode: null}", &yes, &no);
    let yes = [
        r#""requestParameters":null"#,
        r#""requestParameters":{"b":1}"#,
        r#""requestParameters":{"a":null}"#,
    ];
    let no = [
        r#""requestParameters":{"a":"x"}"#,
        r#""requestParameters":[{"a":"x"}]"#,
        r#""requestParameters":{"a":{}}"#,
    ];
    check("a: {requestParameters.a: null}", &yes, &no);
}

#[test]
fn a_field_exists_whatever_its_value() {
    let yes =
        [r#""errorCode":null"#, r#""errorCode":"""#, r#""errorCode":[]"#, r#""errorCode":{}"#];
    check("a: {errorCode|exists: true}", &yes, &[r#""x":1"#]);
    check("a: {errorCode|exists: false}", &[r#""x":1"#], &yes);
    let yes = [r#""requestParameters":null"#, r#""requestParameters":{}"#];
    check("a: {requestParameters|exists: true}", &yes, &[r#""x":1"#]);
    let yes = [r#""userIdentity":{"arn":null}"#];
    check(
        "a: {userIdentity.arn|exists: true}",
        &yes,
        &[r#""userIdentity":{}"#, r#""userIdentity":null"#],
    );
}

#[test]
fn a_star_asks_for_any_value() {
    let yes = [
        r#""requestParameters":{"layers":["arn:x"]}"#,
        r#""requestParameters":{"layers":"x"}"#,
        r#""requestParameters":{"layers":[{"arn":"x"}]}"#,
        r#""requestParameters":{"layers":5}"#,
    ];
    let no = [
        r#""requestParameters":{"layers":[]}"#,
        r#""requestParameters":{"layers":null}"#,
        r#""requestParameters":{}"#,
    ];
    check("a: {requestParameters.layers|contains: '*'}", &yes, &no);
    check("a: {requestParameters.layers: '*'}", &yes, &no);
}

#[test]
fn values_are_texts_without_case() {
    check("a: {x: 'FALSE'}", &[r#""x":false"#, r#""x":"False""#], &[r#""x":0"#, r#""x":true"#]);
    check("a: {x: false}", &[r#""x":false"#, r#""x":"false""#], &[r#""x":"no""#]);
    check("a: {x: 5}", &[r#""x":5"#, r#""x":"5""#, r#""x":5.0"#], &[r#""x":"5.0""#, r#""x":50"#]);
    check("a: {x: 'ÄB'}", &[r#""x":"äb""#, r#""x":"\u00c4b""#], &[r#""x":"ab""#]);
    check("a: {eventName|cased: GetObject}", &[r#""y":1"#], &[]);
    check("a: {eventName|cased: getobject}", &[], &[r#""y":1"#]);
    check("a: {x: ''}", &[r#""x":"""#], &[r#""x":null"#, r#""y":1"#, r#""x":" ""#]);
}

#[test]
fn any_element_of_arrays_counts() {
    let yes = [
        r#""resources":[{"ARN":"a"},{"ARN":"b"}]"#,
        r#""resources":{"ARN":["x",["b"]]}"#,
        r#""resources":[[{"ARN":"B"}]]"#,
    ];
    check("a: {resources.ARN: b}", &yes, &[r#""resources":[{"arn":"b"}]"#]);
    check("a: {resources.ARN|contains|all: [a, b]}", &yes[..1], &[r#""resources":[{"ARN":"a"}]"#]);
    check("a: {resources.ARN|neq: b}", &[r#""x":1"#, r#""resources":[{"ARN":"a"}]"#], &yes);
}

#[test]
fn the_last_of_two_members_counts_and_names_may_hold_dots() {
    check(
        "a: {x.y: b}",
        &[r#""x":{"y":"a","y":"b"}"#, r#""x":{"y":"c"},"x":{"y":"b"}"#],
        &[r#""x":{"y":"b","y":"a"}"#],
    );
    check(
        "a: {errorCode: b}",
        &[r#""errorCode":"a","errorCode":"b""#],
        &[r#""errorCode":"b","errorCode":"a""#],
    );
    check(
        "a: {requestParameters.x.y.z: b}",
        &[r#""requestParameters":{"x.y":{"z":"b"}}"#, r#""requestParameters":{"x":{"y.z":"b"}}"#],
        &[r#""requestParameters":{"x":{"y":"b"}}"#],
    );
}

#[test]
fn fields_at_hand_may_be_something_else_than_text() {
    check("a: {errorCode: b}", &[r#""errorCode":["a","b"]"#], &[r#""errorCode":["a"]"#]);
    check("a: {errorCode: 5}", &[r#""errorCode":5"#], &[r#""errorCode":6"#]);
    check(
        "a: {userIdentity.type: Root}",
        &[r#""userIdentity":[{"type":"Root"}]"#],
        &[r#""userIdentity":"Root""#],
    );
}

#[test]
fn encoded_and_shifted_texts_are_found() {
    check("a: {x|base64: foo}", &[r#""x":"Zm9v""#], &[r#""x":"foo""#]);
    let coded = [r#""x":"eHhmb29i""#, r#""x":"eGZvb2I=""#, r#""x":"Zm9vYg==""#];
    check("a: {x|base64offset|contains: foo}", &coded, &[r#""x":"Zm9""#]);
    check("a: {x|wide|base64offset|contains: ab}", &[r#""x":"YQBiAA==""#], &[r#""x":"YWI=""#]);
    check(
        "a: {x|windash|contains: ' -enc'}",
        &[r#""x":"p /enc a""#, r#""x":"p -enc a""#, r#""x":"p —enc a""#],
        &[r#""x":"p enc""#],
    );
}

#[test]
fn keywords_are_searched_in_every_value() {
    check("a: [evil, 'b?d']", &[r#""x":{"y":["so EVIL!"]}"#, r#""x":"a bid""#], &[r#""evil":1"#]);
    check("a: {'|all': [evil, '5']}", &[r#""x":"evil","y":[5]"#], &[r#""x":"evil""#]);
}

#[test]
fn many_rules_share_one_pass() {
    let rules: Vec<_> = (0..300)
        .map(|at| format!("title: r{at}\nlogsource: {{}}\ndetection:\n  a:\n    eventName: E{}\n    requestParameters.f{at}|contains: v{at}\n  condition: a\n", at % 7))
        .collect();
    let documents = parse(FileId(0), &rules.join("---\n"));
    let (engine, _) = Engine::new(&documents.rules, &[]);
    let mut scratch = engine.scratch();
    for at in [0, 3, 77, 299] {
        let text = format!(
            r#"{{"eventSource":"x","eventName":"e{}","requestParameters":{{"f{at}":"-V{at}-","f1":"v1"}}}}"#,
            at % 7
        );
        let mut found = Vec::new();
        audit_event::read(text.as_bytes(), &audit_event::Limits::default(), &mut |event| {
            engine.matches(event, &mut scratch, &mut |rule| found.push(rule));
        });
        assert_eq!(found, [at]);
    }
}

#[test]
fn filters_narrow_the_rules_that_they_name() {
    let text = "title: r\nid: '1'\nlogsource: {product: aws, service: cloudtrail}\ndetection: {a: {eventName: GetObject}, condition: a}\n---\ntitle: s\nlogsource: {product: aws, service: cloudtrail}\ndetection: {a: {eventName: GetObject}, condition: a}\n---\ntitle: f\nlogsource: {product: aws}\nfilter:\n  rules: ['1']\n  admin: {userIdentity.userName|startswith: adm_}\n  condition: not admin\n---\ntitle: g\nlogsource: {product: aws}\nfilter: {rules: [nobody], a: {x: y}, condition: a}\n";
    let documents = parse(FileId(0), text);
    let (engine, faults) = Engine::new(&documents.rules, &documents.filters);
    assert_eq!(faults.len(), 1);
    assert!(faults[0].to_diagnostic().message.contains("names rule `nobody`"));
    let of = |user: &str| {
        let text = format!(
            r#"{{"eventSource":"x","eventName":"GetObject","userIdentity":{{"userName":"{user}"}}}}"#
        );
        let mut found = Vec::new();
        audit_event::read(text.as_bytes(), &audit_event::Limits::default(), &mut |event| {
            engine.matches(event, &mut engine.scratch(), &mut |rule| found.push(rule));
        });
        found
    };
    assert_eq!((of("adm_ana"), of("ana")), (vec![1], vec![0, 1]));
    let rule = documents.rules.first().unwrap();
    assert!(rule.meta.is_called("1") && rule.meta.is_called("r"));
}

#[test]
fn of_members_that_come_twice_the_last_one_counts() {
    let two = "a: {requestParameters.a.b: x, requestParameters.a.c: y}";
    let yes = [
        r#""requestParameters":{"a":{"b":"x","c":"y"}}"#,
        r#""requestParameters":{"a":{"b":"z","c":"y"},"a.b":"x"}"#,
        r#""requestParameters":{"a":{"c":"z","b":["w","x"]},"a.c":"z","a.c":"y"}"#,
        r#""requestParameters":{"a.b":"z","a":{"b":"x","c":"y"}}"#,
        r#""requestParameters":{"a":[{"b":"z"},{"c":"y"},{"b":"z","b":"x"}]}"#,
        r#""requestParameters":[{"a":{"b":"x"}},{"a":{"c":"y"}}]"#,
    ];
    let no = [
        r#""requestParameters":{"a":{"b":"x","c":"y"},"a.b":"z"}"#,
        r#""requestParameters":{"a":{"b":"x","c":"y"},"a.c":[]}"#,
        r#""requestParameters":{"a.b":"x","a.c":"y","a":{"b":"x"}}"#,
        r#""requestParameters":{"a":[{"c":"y"},{"b":"x","b":"z"}]}"#,
        r#""requestParameters":{"a":{"b":"x","c":"y"},"a":{"b":"x"}}"#,
    ];
    check(two, &yes, &no);
}
