//! The findings of a scan for AWS Security Hub: a list, as `batch-import-findings` takes it by hundreds.

use std::collections::BTreeMap;

use finding::{Confidence, Finding};
use serde_json::{Map, Value, json};

use crate::{
    Context, Report, Surroundings,
    json::to_text,
    security_hub::{SecurityHubError, SecurityHubFinding, SecurityHubResource, cut},
};

/// Every finding; accepted ones are told as suppressed. An account or region that Security Hub would not
/// take makes an empty list: [`crate::Format::check_surroundings`] tells of it before.
pub(crate) fn render(report: &Report, context: &Context<'_>) -> String {
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    let findings: Result<Vec<Value>, SecurityHubError> = report
        .findings_by_place(context)
        .into_iter()
        .map(|finding| {
            let times = seen.entry(&finding.fingerprint).or_insert(0);
            *times += 1;
            // Two with the same id would be one finding that is told twice.
            let key = match *times {
                1 => finding.fingerprint.clone(),
                times => format!("{}-{times}", finding.fingerprint),
            };
            one(finding, &key, report, context).map(Value::Object)
        })
        .collect();
    to_text(&findings.unwrap_or_default())
}

fn one(
    finding: &Finding,
    key: &str,
    report: &Report,
    context: &Context<'_>,
) -> Result<Map<String, Value>, SecurityHubError> {
    let Surroundings { time, account, region, .. } = &report.surroundings;
    let kind = kind(finding);
    let rule_id = finding.rule.to_string();
    let title = format!("{rule_id} {}", context.rule_name(finding.rule));
    let mut json = SecurityHubFinding {
        key,
        rule_id: &rule_id,
        account,
        region,
        types: &[kind],
        time: if time.is_empty() { "1970-01-01T00:00:00Z" } else { time },
        severity: finding.severity.as_str(),
        title: &title,
        description: &finding.message,
        product_fields: product_fields(finding, context),
        resources: vec![resource(finding, report, context)],
    }
    .to_json()?;
    json.insert("Confidence".to_owned(), confidence(finding.confidence).into());
    let compliance =
        json!({"Status": "FAILED", "RelatedRequirements": requirements(finding, context)});
    json.insert("Compliance".to_owned(), compliance);
    if let Some(fix) = &finding.fix {
        let text = cut(&fix.description, 512);
        json.insert("Remediation".to_owned(), json!({"Recommendation": {"Text": text}}));
    }
    if let Some(suppressed) = &finding.suppressed {
        json.insert("Workflow".to_owned(), json!({"Status": "SUPPRESSED"}));
        let text = suppressed.reason.as_deref().unwrap_or("no reason given");
        let note = json!({"Text": cut(text, 512), "UpdatedBy": "faasguard", "UpdatedAt": time});
        json.insert("Note".to_owned(), note);
    }
    let flaws = vulnerabilities(finding);
    if !flaws.is_empty() {
        json.insert("Vulnerabilities".to_owned(), Value::Array(flaws));
    }
    Ok(json)
}

/// A type of the taxonomy of findings.
fn kind(finding: &Finding) -> &'static str {
    if finding.component.is_some() {
        "Software and Configuration Checks/Vulnerabilities/CVE"
    } else if finding.secret.is_some() {
        "Sensitive Data Identifications/Passwords"
    } else {
        "Software and Configuration Checks/AWS Security Best Practices"
    }
}

/// A number of 0 to 100.
fn confidence(confidence: Confidence) -> u8 {
    match confidence {
        Confidence::Low => 30,
        Confidence::Medium => 70,
        Confidence::High => 95,
    }
}

/// What is not met, in the words of standards: at most 32.
fn requirements(finding: &Finding, context: &Context<'_>) -> Vec<String> {
    let info = context.facts(finding.rule);
    let weaknesses = info.map_or(&[][..], |info| info.cwe).iter();
    let owasp = info.map(|info| info.owasp).filter(|it| *it != "Other");
    let owasp = owasp.map(|it| format!("OWASP Serverless Top 10 {it}"));
    owasp.into_iter().chain(weaknesses.map(|cwe| format!("CWE-{cwe}"))).take(32).collect()
}

fn product_fields(finding: &Finding, context: &Context<'_>) -> Vec<(String, String)> {
    let mut fields = Vec::new();
    let mut add = |name: &str, value: String| fields.push((name.to_owned(), value));
    add("place", context.place(finding.place));
    add("fingerprint", finding.fingerprint.clone());
    add("when", finding.when.clone().unwrap_or_default());
    add("path", finding.path.join(" → "));
    add("advisories", finding.advisories.join(" "));
    if let Some(component) = &finding.component {
        add("package", component.purl.clone());
    }
    fields
}

/// The thing in the template. Its names are those of the template, not of what is deployed, so no ARN is
/// made of them.
fn resource(finding: &Finding, report: &Report, context: &Context<'_>) -> SecurityHubResource {
    let path = report.path_from_here(&context.sources.path(finding.place.file));
    let name = finding.resource.as_deref().or(finding.function.as_deref());
    let id = match name {
        Some(name) => format!("{path}#{name}"),
        None => path.clone(),
    };
    let line =
        if finding.place.is_whole() { String::new() } else { finding.place.line.to_string() };
    SecurityHubResource {
        kind: "Other",
        // At least one character is asked for.
        id: if id.is_empty() { "unknown".to_owned() } else { id },
        is_in_region: false,
        details: vec![
            ("file", path),
            ("line", line),
            ("function", finding.function.clone().unwrap_or_default()),
            ("resource", finding.resource.clone().unwrap_or_default()),
        ],
    }
}

fn vulnerabilities(finding: &Finding) -> Vec<Value> {
    let Some(component) = &finding.component else { return Vec::new() };
    let bare = component.purl.split(['?', '#']).next().unwrap_or_default();
    let (path, version) = bare.rsplit_once('@').unwrap_or((bare, "unknown"));
    let name = path.split_once('/').map_or(path, |(_, name)| name);
    let mut package = json!({"Name": cut(name, 256), "Version": cut(version, 256)});
    if let (Some(fixed), Some(fields)) = (&component.fixed, package.as_object_mut()) {
        fields.insert("FixedInVersion".to_owned(), cut(fixed, 256).into());
    }
    let fix = if component.fixed.is_some() { "YES" } else { "NO" };
    let flaw = |id: &String| json!({"Id": cut(id, 256), "VulnerablePackages": [package], "FixAvailable": fix});
    finding.advisories.iter().take(5).map(flaw).collect()
}
