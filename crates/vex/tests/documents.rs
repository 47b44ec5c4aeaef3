//! Documents as people write them: what is read, what is told, which statement holds.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use serde_json::{Value, json};
use vex::{Decisions, Document, Format, Justification, Reach, Status, VexError, read};

const TEXT: &str = "pkg:npm/orders-text@1.0.1";

fn document(value: &Value) -> Document {
    read(value.to_string().as_bytes()).unwrap()
}

fn openvex(statements: &Value) -> Document {
    document(&json!({
        "@context": "https://openvex.dev/ns/v0.2.0",
        "@id": "https://example.com/vex/1",
        "author": "orders",
        "timestamp": "2026-01-31T10:00:00Z",
        "version": 1,
        "statements": statements,
    }))
}

fn cyclonedx(vulnerabilities: &Value) -> Document {
    document(&json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": "urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79",
        "version": 1,
        "metadata": {
            "timestamp": "2026-01-31T10:00:00Z",
            "component": {"type": "application", "bom-ref": "shop", "name": "shop"},
        },
        "components": [{
            "type": "library", "bom-ref": "ui", "name": "orders-ui", "purl": "pkg:npm/orders-ui@2.0.0",
            "components": [{
                "type": "library", "bom-ref": "text", "name": "orders-text", "purl": TEXT,
            }],
        }],
        "vulnerabilities": vulnerabilities,
    }))
}

fn pointers(document: &Document) -> Vec<&str> {
    document.remarks.iter().map(|it| it.pointer.as_str()).collect()
}

#[test]
fn a_flaw_is_met_by_any_of_its_names_and_a_package_by_itself_or_as_a_part() {
    let read = openvex(&json!([
        {
            "vulnerability": {"name": "CVE-2026-1", "aliases": ["GHSA-text-text-text"]},
            "products": [{"@id": TEXT}],
            "status": "not_affected",
            "justification": "vulnerable_code_not_in_execute_path",
            "impact_statement": "only the command line uses it",
        },
        {
            "vulnerability": {"name": "CVE-2026-2"},
            "products": [{
                "@id": "https://example.com/shop",
                "subcomponents": [{"identifiers": {"purl": "pkg:npm/orders-ui"}}],
            }],
            "status": "fixed",
            "status_notes": "patched\nby us",
        },
    ]));
    assert_eq!((read.format, read.remarks.len()), (Format::OpenVex, 0));
    let decisions = Decisions::new([read]);
    let found = decisions.decide(TEXT, &["ghsa-text-text-text"]).unwrap();
    assert_eq!(
        found.statement.reason().unwrap(),
        "not affected: vulnerable_code_not_in_execute_path: only the command line uses it"
    );
    let part = decisions.decide("pkg:npm/orders-ui@2.0.0", &["CVE-2026-2", "X-1"]).unwrap();
    assert_eq!(part.cover.product.as_deref(), Some("https://example.com/shop"));
    assert_eq!(part.statement.reason().unwrap(), "fixed: patched by us");
    assert_eq!(decisions.decide(TEXT, &["CVE-2026-2"]), None);
    assert_eq!(decisions.decide("pkg:npm/orders-text@1.0.2", &["CVE-2026-1"]), None);
    assert_eq!(decisions.decide("no package", &["CVE-2026-1"]), None);
}

#[test]
fn documents_of_the_first_version_have_plain_texts() {
    let read = document(&json!({
        "@context": "https://openvex.dev/ns",
        "timestamp": "2023-01-08T18:02:03-06:00",
        "statements": [{
            "vulnerability": "CVE-2026-1",
            "products": ["pkg:oci/shop@sha256%3Aabc"],
            "subcomponents": [TEXT],
            "status": "affected",
            "action_statement": "wait",
        }],
    }));
    assert_eq!(read.remarks, []);
    let decisions = Decisions::new([read]);
    let found = decisions.decide(TEXT, &["CVE-2026-1"]).unwrap();
    assert_eq!(found.statement.status, Status::Affected { action: Some("wait".to_owned()) });
    assert_eq!(found.statement.reason(), None);
}

#[test]
fn the_later_statement_holds_and_of_one_time_the_last() {
    let statement = |time: &str, status: &str| {
        json!({
            "vulnerability": {"name": "CVE-2026-1"},
            "products": [{"@id": "pkg:npm/orders-text"}],
            "status": status,
            "timestamp": time,
        })
    };
    let status = |documents: Vec<Document>| {
        let decisions = Decisions::new(documents);
        decisions.decide(TEXT, &["CVE-2026-1"]).unwrap().statement.status.openvex()
    };
    let old = || openvex(&json!([statement("2026-01-01T00:00:00Z", "fixed")]));
    let new = || openvex(&json!([statement("2026-03-01T00:00:00+01:00", "affected")]));
    assert_eq!(status(vec![old(), new()]), "affected");
    assert_eq!(status(vec![new(), old()]), "affected");
    let same = statement("2026-03-01T00:00:00+01:00", "under_investigation");
    assert_eq!(status(vec![new(), openvex(&json!([same]))]), "under_investigation");
}

#[test]
fn what_is_not_understood_hides_nothing_and_is_told() {
    let flaw = json!({"name": "CVE-2026-1"});
    let products = json!([{"@id": TEXT}]);
    let read = openvex(&json!([
        {"vulnerability": flaw, "products": products, "status": "harmless"},
        {"vulnerability": flaw, "products": products, "status": "not_affected"},
        {"vulnerability": flaw, "products": products, "status": "not_affected", "justification": "trust_me"},
        {"vulnerability": flaw, "products": [{"@id": "https://example.com/shop"}], "status": "fixed"},
        {"products": products, "status": "fixed"},
        {"vulnerability": flaw, "products": products},
        {"vulnerability": flaw, "products": ["pkg:npm/"], "status": "fixed"},
        {"vulnerability": flaw, "status": "fixed", "products": products, "timestamp": "yesterday"},
        "nothing",
    ]));
    let expected = [
        "/statements/0/status",
        "/statements/1/status",
        "/statements/2/justification",
        "/statements/2/status",
        "/statements/3/products/0",
        "/statements/3",
        "/statements/4",
        "/statements/5/status",
        "/statements/6/products/0",
        "/statements/6",
        "/statements/7/timestamp",
        "/statements/8",
    ];
    assert_eq!(pointers(&read), expected);
    assert_eq!(read.statements.len(), 1);
    assert_eq!(read.statements[0].time, Some("2026-01-31T10:00:00Z".parse().unwrap()));
}

#[test]
fn references_of_cyclonedx_lead_to_packages() {
    let flaw = |reference: &str| {
        json!({
            "id": "CVE-2026-1",
            "references": [{"id": "GHSA-text-text-text", "source": {"name": "GitHub"}}],
            "analysis": {"state": "not_affected", "justification": "code_not_reachable"},
            "affects": [{"ref": reference}],
        })
    };
    for reference in [
        "text",
        TEXT,
        "urn:cdx:3e671687-395b-41f5-a30f-a58921a69b79/1#text",
        "urn:cdx:00000000-0000-0000-0000-000000000000/1#pkg:npm/orders-text@1.0.1",
        "urn:cdx:00000000-0000-0000-0000-000000000000/1#pkg%3Anpm%2Forders-text%401.0.1",
    ] {
        let read = cyclonedx(&json!([flaw(reference)]));
        assert_eq!((read.format, &read.remarks[..]), (Format::CycloneDx, &[][..]), "{reference}");
        let decisions = Decisions::new([read]);
        let found = decisions.decide(TEXT, &["GHSA-text-text-text"]).unwrap();
        let justification = Some(Justification::CodeNotInExecutePath);
        assert_eq!(found.statement.status, Status::NotAffected { justification, impact: None });
    }
    for reference in ["shop", "gone", "urn:cdx:00000000-0000-0000-0000-000000000000/1#text"] {
        let read = cyclonedx(&json!([flaw(reference)]));
        assert_eq!(pointers(&read), ["/vulnerabilities/0/affects/0", "/vulnerabilities/0"]);
        assert_eq!(read.statements, []);
    }
}

#[test]
fn every_state_of_cyclonedx_has_its_meaning() {
    let flaw = |state: &str| {
        json!({
            "id": "CVE-2026-1",
            "analysis": {"state": state, "detail": "so it is", "response": ["will_not_fix"]},
            "affects": [{"ref": "text"}],
        })
    };
    let status = |state: &str| cyclonedx(&json!([flaw(state)])).statements[0].clone();
    let not_affected =
        |impact: &str| Status::NotAffected { justification: None, impact: Some(impact.to_owned()) };
    assert_eq!(status("not_affected").status, not_affected("so it is"));
    assert_eq!(status("false_positive").status, not_affected("false positive: so it is"));
    let action = Some("will not fix; so it is".to_owned());
    assert_eq!(status("exploitable").status, Status::Affected { action });
    assert_eq!(status("in_triage").status, Status::UnderInvestigation);
    for state in ["resolved", "resolved_with_pedigree"] {
        assert_eq!(status(state).reason().unwrap(), "fixed: so it is");
    }
    let odd = cyclonedx(&json!([flaw("fine"), {"id": "CVE-2026-2", "affects": [{"ref": "text"}]}]));
    assert_eq!(pointers(&odd), ["/vulnerabilities/0/analysis/state", "/vulnerabilities"]);
}

#[test]
fn listed_versions_are_the_ones_that_count() {
    let flaw = |state: &str, versions: &Value| {
        json!({
            "id": "CVE-2026-1",
            "analysis": {"state": state},
            "affects": [{"ref": "text", "versions": versions}],
        })
    };
    let status = |document: Document, version: &str| {
        let purl = format!("pkg:npm/orders-text@{version}");
        let decisions = Decisions::new([document]);
        decisions.decide(&purl, &["CVE-2026-1"]).map(|it| it.statement.status.openvex())
    };
    let versions = json!([
        {"range": "vers:npm/<1.0.1", "status": "affected"},
        {"version": "1.0.1", "status": "unaffected"},
    ]);
    let exploitable = || cyclonedx(&json!([flaw("exploitable", &versions)]));
    assert_eq!(status(exploitable(), "1.0.0"), Some("affected"));
    assert_eq!(status(exploitable(), "1.0.1"), Some("not_affected"));
    assert_eq!(status(exploitable(), "1.0.2"), None);
    let settled = || cyclonedx(&json!([flaw("not_affected", &versions)]));
    assert_eq!(status(settled(), "1.0.1"), Some("not_affected"));
    assert_eq!(status(settled(), "1.0.0"), None);
    assert_eq!(pointers(&settled()), ["/vulnerabilities/0/affects/0/versions/0"]);
    let odd = cyclonedx(&json!([flaw("resolved", &json!([{"range": "<1.0.1"}]))]));
    assert_eq!(pointers(&odd)[0], "/vulnerabilities/0/affects/0/versions/0");
    assert_eq!(odd.statements, []);
}

#[test]
fn other_documents_are_refused_with_what_they_are() {
    let error = read(br#"{"spdxVersion": "SPDX-2.3", "name": "x"}"#).unwrap_err();
    let fields = "`spdxVersion`, `name`".to_owned();
    assert_eq!(error, VexError::OtherFormat { fields });
    assert!(matches!(read(b"{\n oh"), Err(VexError::NotJson { line: 2, .. })));
    assert!(matches!(read("[".repeat(1000).as_bytes()), Err(VexError::NotJson { .. })));
    let odd = br#"{"@context": "https://openvex.dev/ns/v0.2.0", "statements": {}}"#;
    assert_eq!(read(odd), Err(VexError::NoList { field: "statements" }));
    let odd = br#"{"bomFormat": "CycloneDX", "vulnerabilities": 1}"#;
    assert_eq!(read(odd), Err(VexError::NoList { field: "vulnerabilities" }));
}

#[test]
fn what_the_code_does_speaks_against_some_statements() {
    let doubt = |justification: &str, reach| {
        let statement = json!([{
            "vulnerability": {"name": "CVE-2026-1"}, "products": [{"@id": TEXT}],
            "status": "not_affected", "justification": justification,
        }]);
        openvex(&statement).statements[0].doubt(reach).is_some()
    };
    assert!(doubt("component_not_present", Reach::NotImported));
    assert!(doubt("vulnerable_code_not_in_execute_path", Reach::Imported));
    assert!(!doubt("vulnerable_code_not_in_execute_path", Reach::Unknown));
    assert!(!doubt("inline_mitigations_already_exist", Reach::Called));
}
