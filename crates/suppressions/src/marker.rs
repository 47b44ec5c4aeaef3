//! Our own markers in comments and metadata.

use finding::{Finding, RuleKey};
use source_text::{Comment, Node, Place};

use crate::{
    lines::{Held, Lines},
    peers,
};

/// One marker and what it holds for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marker {
    /// Where it is written.
    pub place: Place,
    /// The rule as named.
    pub rule: String,
    /// The rules that it stands for; empty when there is none.
    pub rules: Vec<RuleKey>,
    /// Who says so: `inline`, `checkov:skip`, `cfn_nag` …
    pub source: String,
    /// Why.
    pub reason: Option<String>,
    /// Last day on which it holds.
    pub until: Option<String>,
    /// Lines that it holds for, and the resource, wherever a finding about it stands.
    pub held: Held,
    /// Whether it is of our own notation.
    pub is_ours: bool,
    /// Why it cannot be followed.
    pub fault: Option<String>,
}

impl Marker {
    /// Whether it holds for a finding.
    #[must_use]
    pub fn covers(&self, finding: &Finding) -> bool {
        if finding.place.file != self.place.file {
            return false;
        }
        let named = finding.resource.as_ref().or(finding.function.as_ref());
        finding.place.is_whole()
            || self.held.covers(finding.place)
            || named.is_some_and(|name| self.held.resource.as_ref().is_some_and(|r| r == name))
    }
}

/// The markers in comments.
pub(crate) fn of_comments(text: &str, comments: &[Comment], document: &Node) -> Vec<Marker> {
    let may_matter = |comment: &&Comment| {
        let words = comment.text.trim();
        words.starts_with(OWN) || peers::is_marker(words)
    };
    let comments: Vec<&Comment> = comments.iter().filter(may_matter).collect();
    if comments.is_empty() {
        return Vec::new();
    }
    let lines = Lines::new(text, document);
    let mut markers = Vec::new();
    for comment in comments {
        let words = comment.text.trim();
        if let Some(rest) = words.strip_prefix(OWN) {
            markers.extend(own(rest.trim(), comment, lines.of_comment(comment)));
        } else {
            markers.extend(peers::of_comment(words, comment, &lines));
        }
    }
    markers
}

/// The word that our own comments begin with.
pub(crate) const OWN: &str = "faasguard:";

/// `allow RULE[, RULE] [-- reason] [(until YYYY-MM-DD)]`.
pub(crate) fn own(words: &str, comment: &Comment, held: Held) -> Vec<Marker> {
    let blank = Marker {
        place: comment.place,
        rule: words.to_owned(),
        rules: Vec::new(),
        source: "inline".to_owned(),
        reason: None,
        until: None,
        held,
        is_ours: true,
        fault: None,
    };
    let rest = words.strip_prefix("allow").or_else(|| words.strip_prefix("ignore"));
    let Some(rest) = rest.filter(|rest| rest.starts_with([' ', '\t'])) else {
        let fault = "write `# faasguard: allow RULE -- reason`".to_owned();
        return vec![Marker { fault: Some(fault), ..blank }];
    };
    let (rest, until) = cut_day(rest);
    let (names, reason) = match rest.split_once("--") {
        Some((names, reason)) => (names, Some(reason.trim().to_owned())),
        None => (rest.as_str(), None),
    };
    names
        .split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .map(|name| {
            let reason = reason.clone().filter(|reason| !reason.is_empty());
            named(name, reason, until.clone(), &blank)
        })
        .collect()
}

/// A marker for one rule of ours.
fn named(name: &str, reason: Option<String>, until: Option<String>, blank: &Marker) -> Marker {
    let rules: Vec<RuleKey> = rules::find_key(name).into_iter().collect();
    let fault = match &until {
        _ if rules.is_empty() => Some("there is no such rule".to_owned()),
        // A day that cannot be read must not make a suppression last for ever.
        Some(day) if !is_day(day) => Some(format!("`{day}` is not a day such as `2027-06-30`")),
        _ => None,
    };
    Marker { rule: name.to_owned(), rules, reason, until, fault, ..blank.clone() }
}

/// Takes `(until DAY)` out of the words.
fn cut_day(words: &str) -> (String, Option<String>) {
    let Some((before, rest)) = words.rsplit_once("(until") else { return (words.to_owned(), None) };
    let (day, after) = rest.split_once(')').unwrap_or((rest, ""));
    (format!("{before}{after}"), Some(day.trim().to_owned()))
}

/// The markers in `Metadata` of resources, for JSON, which has no comments:
/// `{"faasguard": {"allow": [{"rule": "…", "reason": "…", "until": "…"}]}}`.
pub(crate) fn of_metadata(document: &Node) -> Vec<Marker> {
    let mut markers = Vec::new();
    let resources = document.get("Resources").and_then(Node::as_map);
    for (name, entry) in resources.into_iter().flat_map(source_text::Map::entries) {
        let allowed = entry.value.at(&["Metadata", "faasguard", "allow"]);
        for node in allowed.and_then(Node::as_list).unwrap_or_default() {
            let text = |key: &str| node.get(key).and_then(Node::as_str).map(str::to_owned);
            let rule = text("rule").or_else(|| node.as_str().map(str::to_owned));
            let blank = Marker {
                place: node.place,
                rule: rule.clone().unwrap_or_default(),
                rules: Vec::new(),
                source: "inline".to_owned(),
                reason: None,
                until: None,
                held: Held::of_resource(name, entry),
                is_ours: true,
                fault: Some("write an object with `rule` and `reason`".to_owned()),
            };
            markers.push(match rule {
                Some(rule) => named(&rule, text("reason"), text("until"), &blank),
                None => blank,
            });
        }
    }
    markers
}

/// Whether a text is a day, `YYYY-MM-DD`.
#[must_use]
pub fn is_day(text: &str) -> bool {
    let is_shaped = text.len() == 10
        && text.bytes().enumerate().all(|(index, byte)| match index {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    let number = |range: std::ops::Range<usize>| {
        text.get(range).and_then(|digits| digits.parse::<u8>().ok())
    };
    is_shaped
        && number(5..7).is_some_and(|month| (1..=12).contains(&month))
        && number(8..10).is_some_and(|day| (1..=31).contains(&day))
}

#[cfg(test)]
mod tests {
    use super::cut_day;

    #[test]
    fn a_day_may_stand_before_or_behind_the_reason() {
        let day = Some("2027-01-31".to_owned());
        assert_eq!(cut_day("x -- why (until 2027-01-31)"), ("x -- why ".into(), day.clone()));
        assert_eq!(cut_day("x (until 2027-01-31) -- why"), ("x  -- why".into(), day));
        assert_eq!(cut_day("x -- why"), ("x -- why".into(), None));
    }
}
