//! SAS-7.18 `secret-in-code`: a secret stands in the code.

use app_model::{SmolStr, Value};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};
use taint::Literal;

use crate::{Check, Code, Rule, code::flaw, secrets::leak};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 7, rule: 18 },
        name: "secret-in-code",
        summary: "A secret stands in the code",
        severity: Severity::High,
        audience: Audience::Everyone,
        cwe: &[798],
        since: "0.1.0",
        docs: include_str!("secret_in_code.md"),
    },
    check: Check::Code(check),
};

fn check(code: &Code<'_>) -> Vec<Finding> {
    let mut findings: Vec<Finding> = code.analysis.literals.iter().filter_map(of_literal).collect();
    // A text that signs is a secret whatever it looks like.
    for remark in code.remarks("secret-in-code") {
        let is_told = |known: &Finding| {
            known.place.file == remark.place.file && known.place.line == remark.place.line
        };
        if !findings.iter().any(is_told) {
            findings.push(flaw(code, &RULE.info, remark, KEY, FIX).severity(RULE.info.severity));
        }
    }
    findings
}

const KEY: &str = "gets a text of the code: whoever reads the code or its package makes signatures \
                   that are taken for yours";

const FIX: &str = "Replace the secret, keep it in Secrets Manager or as a SecureString, and read it \
                   when the function starts";

fn of_literal(literal: &Literal) -> Option<Finding> {
    let found = leak(&[literal.name.as_str()], &Value::Known(SmolStr::new(&literal.text)))?;
    // A sentence under a name is a label or a message, no password.
    if !found.is_certain() && (literal.text.contains(char::is_whitespace) || is_public(literal)) {
        return None;
    }
    let place = if literal.name.is_empty() {
        "stands in the code".to_owned()
    } else {
        format!("stands in the code as `{}`", literal.name)
    };
    let message =
        format!("{} {place}: whoever reads the code or its package has it", found.title());
    let finding = RULE
        .info
        .finding(literal.place, message)
        .property(format!("{}:{}", literal.within, literal.name))
        .fix(FIX);
    Some(found.attach(finding))
}

/// Passwords that a product publishes as its default for what is not secret: the store of trusted
/// certificates of a JDK, the user of a broker that only the same machine reaches.
const PUBLISHED: [&str; 2] = ["changeit", "guest"];

/// Whether a text is a published default, or the word for what stands there: `DOCPASSWORD`.
fn is_public(literal: &Literal) -> bool {
    let text = literal.text.as_str();
    let is_word = text.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_')
        && ["PASSWORD", "SECRET", "TOKEN", "APIKEY"].iter().any(|word| text.ends_with(word));
    is_word || PUBLISHED.contains(&text)
}
