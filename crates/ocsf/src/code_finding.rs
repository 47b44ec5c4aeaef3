//! What a scan of templates and code finds: class 2003 as a check that failed, class 2004 as a flaw that
//! was detected.

use serde_json::{Map, Value, json};

use crate::{
    FindingLevel,
    class::Class,
    finding::{object, or_none, prune},
    schema,
};

/// A flaw at a place of a file. Empty texts are left out of what is written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CodeFinding {
    /// What names the finding: the same flaw found again has the same.
    pub uid: String,
    /// Id of the rule: `SAS-4.1`.
    pub rule_id: String,
    /// Name of the rule: `wildcard-action`.
    pub rule: String,
    /// What the rule looks for, in words.
    pub rule_summary: String,
    /// How bad it is.
    pub level: FindingLevel,
    /// How sure it is: 1 low, 2 medium, 3 high; others: unknown.
    pub confidence: i64,
    /// Whether the user accepted it.
    pub is_suppressed: bool,
    /// What was found, in words.
    pub message: String,
    /// Seconds since 1970 at which it was found.
    pub time: i64,
    /// Account of the deployment.
    pub account: String,
    /// Region of the deployment.
    pub region: String,
    /// Function that it is about.
    pub function: String,
    /// Resource that has the flaw, if it is not the function.
    pub resource: String,
    /// Standards that the rule belongs to: `OWASP Serverless Top 10`.
    pub standards: Vec<String>,
    /// What of them is not met: `S5:2017`, `CWE-250`.
    pub requirements: Vec<String>,
    /// Weaknesses of the Common Weakness Enumeration, the first the nearest.
    pub weaknesses: Vec<u16>,
    /// Names of a known flaw: `CVE-…`, `GHSA-…`.
    pub advisories: Vec<String>,
    /// The package that has it, as a package URL.
    pub package: String,
    /// Version of the package that no longer has it.
    pub fixed: String,
    /// File, as a path with `/`.
    pub path: String,
    /// First and last line, from 1; 0 for the file as a whole.
    pub lines: (u32, u32),
    /// First column and the one behind the last, from 1.
    pub columns: (u32, u32),
    /// How to mend it.
    pub fix: String,
}

/// A Compliance Finding (2003) of OCSF 1.5.0: the rule is the control, the finding says that it fails.
///
/// `version` is that of the program.
#[must_use]
pub fn compliance_finding(finding: &CodeFinding, version: &str) -> Value {
    let mut event = head(Class::ComplianceFinding, finding, version);
    let (severity_id, severity) = finding.level.severity();
    event.insert(
        "compliance".to_owned(),
        json!({
            "control": finding.rule_id,
            "desc": or_none(&finding.rule_summary),
            "standards": finding.standards,
            "requirements": finding.requirements,
            "status_id": 3, "status": "Fail",
            "status_details": [finding.message],
            "checks": [{
                "uid": finding.rule_id, "name": or_none(&finding.rule),
                "standards": finding.standards,
                "status_id": 3, "status": "Fail",
                "severity_id": severity_id, "severity": severity,
            }],
        }),
    );
    event.insert("evidences".to_owned(), json!(evidences(finding)));
    finish(event)
}

/// A Detection Finding (2004) of OCSF 1.5.0; the place stands in `vulnerabilities[].affected_code` when
/// the flaw has a name (CWE, CVE, advisory), in `evidences[].file` always.
///
/// `version` is that of the program.
#[must_use]
pub fn code_detection_finding(finding: &CodeFinding, version: &str) -> Value {
    let mut event = head(Class::DetectionFinding, finding, version);
    event.insert("evidences".to_owned(), json!(evidences(finding)));
    event.insert("vulnerabilities".to_owned(), json!(vulnerabilities(finding)));
    let is_alert = !finding.is_suppressed && finding.level >= FindingLevel::High;
    event.insert("is_alert".to_owned(), json!(is_alert));
    finish(event)
}

/// What both classes have.
fn head(class: Class, finding: &CodeFinding, version: &str) -> Map<String, Value> {
    let (category_uid, category_name) = class.category();
    let (severity_id, severity) = finding.level.severity();
    let (confidence_id, confidence) = match finding.confidence {
        1 => (1, "Low"),
        2 => (2, "Medium"),
        3 => (3, "High"),
        _ => (0, "Unknown"),
    };
    let (status_id, status) = if finding.is_suppressed { (3, "Suppressed") } else { (1, "New") };
    let time = finding.time.saturating_mul(1_000);
    object(json!({
        "activity_id": 1, "activity_name": "Create",
        "category_uid": category_uid, "category_name": category_name,
        "class_uid": class.uid(), "class_name": class.name(),
        "type_uid": class.uid() * 100 + 1, "type_name": format!("{}: Create", class.name()),
        "severity_id": severity_id, "severity": severity,
        "confidence_id": confidence_id, "confidence": confidence,
        "status_id": status_id, "status": status,
        "time": time,
        "message": or_none(&finding.message),
        "metadata": {
            "version": schema::VERSION,
            "product": {"name": "faasguard", "vendor_name": "faasguard", "version": version},
            "profiles": ["cloud"],
            "uid": or_none(&finding.uid),
        },
        "cloud": {
            "provider": "AWS",
            "region": or_none(&finding.region),
            "account": or_none(&finding.account)
                .map(|uid| json!({"uid": uid, "type_id": 10, "type": "AWS Account"})),
        },
        "finding_info": {
            "uid": if finding.uid.is_empty() { "unknown" } else { &finding.uid },
            "title": or_none(&finding.message),
            "desc": or_none(&finding.rule_summary),
            "created_time": time,
            "types": ["Software and Configuration Checks"],
            "analytic": {
                "type_id": 1, "type": "Rule",
                "uid": if finding.rule_id.is_empty() { "unknown" } else { &finding.rule_id },
                "name": or_none(&finding.rule),
                "desc": or_none(&finding.rule_summary),
            },
        },
        "remediation": or_none(&finding.fix).map(|desc| json!({"desc": desc})),
        "resources": resources(finding),
    }))
}

fn finish(mut event: Map<String, Value>) -> Value {
    prune(&mut event);
    Value::Object(event)
}

fn resources(finding: &CodeFinding) -> Vec<Value> {
    let region = or_none(&finding.region);
    let one = |name: &str, kind: &str| json!({"name": name, "type": kind, "region": region});
    let function = or_none(&finding.function).map(|it| one(it, "Function"));
    function.into_iter().chain(or_none(&finding.resource).map(|it| one(it, "Resource"))).collect()
}

/// `None` for a finding without a path.
fn file(finding: &CodeFinding) -> Option<Value> {
    let path = or_none(&finding.path)?;
    let name = path.rsplit('/').next().filter(|it| !it.is_empty()).unwrap_or(path);
    Some(json!({"name": name, "path": path, "type_id": 1, "type": "Regular File"}))
}

fn evidences(finding: &CodeFinding) -> Vec<Value> {
    let (first, last) = finding.lines;
    let (start, end) = finding.columns;
    let lines = (first > 0).then(
        || json!({"start_line": first, "end_line": last, "start_column": start, "end_column": end}),
    );
    let of = |file| json!({"file": file, "data": lines});
    file(finding).map(of).into_iter().collect()
}

/// One at most: a vulnerability names just one of an advisory, a CVE and a CWE.
fn vulnerabilities(finding: &CodeFinding) -> Vec<Value> {
    let mut flaw = Map::new();
    let names = &finding.advisories;
    if let Some(cve) = names.iter().find(|it| it.starts_with("CVE-")) {
        flaw.insert("cve".to_owned(), json!({"uid": cve}));
    } else if let Some(name) = names.first() {
        flaw.insert("advisory".to_owned(), json!({"uid": name}));
    } else if let Some(cwe) = finding.weaknesses.first() {
        let url = format!("https://cwe.mitre.org/data/definitions/{cwe}.html");
        flaw.insert("cwe".to_owned(), json!({"uid": format!("CWE-{cwe}"), "src_url": url}));
    } else {
        return Vec::new();
    }
    let (_, severity) = finding.level.severity();
    flaw.insert("severity".to_owned(), json!(severity));
    flaw.insert("title".to_owned(), json!(or_none(&finding.message)));
    if let Some(package) = package(finding) {
        flaw.insert("is_fix_available".to_owned(), json!(!finding.fixed.is_empty()));
        flaw.insert("affected_packages".to_owned(), json!([package]));
    }
    if let Some(file) = file(finding) {
        let (first, last) = finding.lines;
        let (start, end) = finding.columns;
        let is_line = first > 0;
        flaw.insert(
            "affected_code".to_owned(),
            json!([{
                "file": file,
                "start_line": is_line.then_some(first), "end_line": is_line.then_some(last),
                "start_column": is_line.then_some(start), "end_column": is_line.then_some(end),
                "rule": {"uid": or_none(&finding.rule_id), "name": or_none(&finding.rule)},
            }]),
        );
    }
    vec![Value::Object(flaw)]
}

/// The package of a package URL, its name and version taken out of it.
fn package(finding: &CodeFinding) -> Option<Value> {
    let purl = or_none(&finding.package)?;
    let bare = purl.split(['?', '#']).next().unwrap_or(purl);
    let (path, version) = bare.rsplit_once('@').unwrap_or((bare, ""));
    let name = path.split_once('/').map_or(path, |(_, name)| name);
    let version = if version.is_empty() { "unknown" } else { version };
    let fixed = or_none(&finding.fixed);
    Some(json!({"name": name, "version": version, "purl": purl, "fixed_in_version": fixed}))
}

#[cfg(test)]
mod tests {
    use super::{CodeFinding, code_detection_finding, compliance_finding};
    use crate::{FindingLevel, schema::faults};

    fn full() -> CodeFinding {
        CodeFinding {
            uid: "00112233445566aa".to_owned(),
            rule_id: "SAS-4.1".to_owned(),
            rule: "wildcard-action".to_owned(),
            rule_summary: "The role of a function allows every action of a service".to_owned(),
            level: FindingLevel::High,
            confidence: 3,
            message: "the role of `CreateOrder` allows every action of `dynamodb`".to_owned(),
            time: 1_769_853_600,
            account: "111122223333".to_owned(),
            region: "eu-west-1".to_owned(),
            function: "CreateOrder".to_owned(),
            resource: "CreateOrderRole".to_owned(),
            standards: vec!["OWASP Serverless Top 10".to_owned()],
            requirements: vec!["S5:2017".to_owned(), "CWE-250".to_owned()],
            weaknesses: vec![250, 732],
            path: "stacks/template.yaml".to_owned(),
            lines: (11, 11),
            columns: (23, 35),
            fix: "name the actions".to_owned(),
            ..CodeFinding::default()
        }
    }

    #[test]
    fn findings_hold_against_the_schema_however_little_is_known() {
        let known = CodeFinding {
            advisories: vec!["GHSA-x84v-xcm2-53pg".to_owned(), "CVE-2018-18074".to_owned()],
            package: "pkg:pypi/requests@2.19.0?a=b".to_owned(),
            fixed: "2.31.0".to_owned(),
            is_suppressed: true,
            ..full()
        };
        let advisory = CodeFinding {
            advisories: vec!["GHSA-x84v-xcm2-53pg".to_owned()],
            package: "pkg:npm/%40scope/name".to_owned(),
            ..full()
        };
        for finding in [CodeFinding::default(), full(), known, advisory] {
            assert_eq!(faults(&compliance_finding(&finding, "0.1.0")), []);
            assert_eq!(faults(&code_detection_finding(&finding, "0.1.0")), []);
        }
    }

    #[test]
    fn a_check_that_failed_names_control_and_place() {
        let it = compliance_finding(&full(), "0.1.0");
        assert_eq!((&it["class_uid"], &it["type_uid"]), (&2003.into(), &200_301.into()));
        assert_eq!(it["compliance"]["control"], "SAS-4.1");
        assert_eq!(it["compliance"]["status"], "Fail");
        assert_eq!(it["evidences"][0]["file"]["path"], "stacks/template.yaml");
        assert_eq!(it["evidences"][0]["data"]["start_line"], 11);
        assert_eq!(it["remediation"]["desc"], "name the actions");
    }

    #[test]
    fn a_flaw_that_was_detected_names_weakness_and_code() {
        let it = code_detection_finding(&full(), "0.1.0");
        assert_eq!((&it["class_uid"], &it["is_alert"]), (&2004.into(), &true.into()));
        assert_eq!(it["vulnerabilities"][0]["cwe"]["uid"], "CWE-250");
        assert_eq!(it["vulnerabilities"][0]["affected_code"][0]["start_line"], 11);
        let bare = CodeFinding { weaknesses: Vec::new(), is_suppressed: true, ..full() };
        let it = code_detection_finding(&bare, "0.1.0");
        assert_eq!((&it["vulnerabilities"], &it["is_alert"]), (&().into(), &false.into()));
        assert_eq!(it["status_id"], 3);
    }
}
