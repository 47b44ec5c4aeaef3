//! Credentials of a function, used outside of it.
//!
//! Each way in which a call differs from how the function itself calls is a [`Difference`] with a
//! weight; the sum decides. Where the same credentials were seen to come from, another program is no
//! news: functions start programs that hide who they are.

use sigma::Severity;

use crate::{
    alert::Alert,
    detector::CREDENTIALS,
    facts::{Facts, text},
    role::{LAMBDA, Role, asks_who_it_is, is_global},
};

/// From this sum on an alert is told.
const TOLD: u32 = 3;
/// From this sum on it is critical.
const CRITICAL: u32 = 5;

/// One way in which a call differs.
struct Difference {
    bit: u32,
    weight: u32,
    /// It tells of another place or program, not only of an unusual call.
    is_elsewhere: bool,
    words: String,
}

/// The kind of program that calls: `lambda`, `aws-cli`, `boto3`, else the first word of the user agent.
pub(crate) fn family(user_agent: &str) -> String {
    if user_agent.contains("exec-env/AWS_Lambda_") {
        return LAMBDA.to_owned();
    }
    let bare = user_agent.trim_start_matches('[');
    for (part, family) in [
        ("aws-cli/", "aws-cli"),
        ("Terraform", "terraform"),
        ("Boto3/", "boto3"),
        ("Botocore/", "boto3"),
        ("console.amazonaws.com", "console"),
        ("Mozilla/", "browser"),
    ] {
        if bare.contains(part) {
            return family.to_owned();
        }
    }
    let word = bare.split(['/', ' ']).next().unwrap_or(bare);
    word.chars().take(32).collect::<String>().to_ascii_lowercase()
}

/// Programs that people use, not functions.
fn is_interactive(family: &str) -> bool {
    matches!(family, "aws-cli" | "console" | "browser" | "terraform" | "curl" | "pacu")
}

/// Calls that Lambda itself and its agents make with the role of a function: log groups and streams at
/// a cold start, segments of X-Ray, whatever a service does on behalf of the role.
pub(crate) fn is_by_platform(facts: &Facts<'_>) -> bool {
    let agent = facts.user_agent();
    facts.is_by_service()
        || agent.starts_with("awslambda-worker/")
        || agent.contains("xray-daemon")
        || agent == "AWS Internal"
}

/// Tells whether a call with the credentials of a function comes from elsewhere, and notes in `role`
/// what was told, so that it is told once.
pub(crate) fn judge(
    facts: &Facts<'_>,
    role: &mut Role,
    access_key: &str,
    learn_s: i64,
) -> Option<Alert> {
    let agent = family(&facts.user_agent());
    let mut found = Vec::new();
    let is_same_place = place(facts, role, access_key, learn_s, &mut found);
    program(facts, role, &agent, is_same_place, learn_s, &mut found);
    way(facts, role, access_key, learn_s, &mut found);
    call(facts, role, learn_s, &mut found);
    let sum: u32 = found.iter().map(|it| it.weight).sum();
    if sum < TOLD || !found.iter().any(|it| it.is_elsewhere) {
        return None;
    }
    let bits = found.iter().fold(0, |bits, it| bits | it.bit);
    let key = role.keys.touch(access_key, facts.time);
    let is_news = bits & !key.told != 0;
    key.told |= bits;
    if !is_news {
        return Some(told_before());
    }
    let session = text(facts.event.actor.arn);
    let mut explanation =
        vec![format!("credentials `{}` of `{session}`: {sum} points", shown(access_key))];
    explanation.extend(found.into_iter().map(|it| format!("{} (+{})", it.words, it.weight)));
    let level = if sum >= CRITICAL { Severity::Critical } else { CREDENTIALS.level };
    let function = facts.issued_to().map(std::borrow::Cow::into_owned);
    let function = function.or_else(|| session.rsplit_once('/').map(|(_, it)| it.to_owned()));
    Some(Alert { detector: &CREDENTIALS, level, function, explanation })
}

/// A call that is no news but must not be learned either: an alert without words.
fn told_before() -> Alert {
    Alert { detector: &CREDENTIALS, level: CREDENTIALS.level, function: None, explanation: vec![] }
}

/// Enough of an access key to find it, as reports show it.
fn shown(access_key: &str) -> String {
    let end: Vec<char> = access_key.chars().rev().take(4).collect();
    let start: String = access_key.chars().take(4).collect();
    format!("{start}…{}", end.into_iter().rev().collect::<String>())
}

/// The network; true when these credentials came from there before.
fn place(
    facts: &Facts<'_>,
    role: &Role,
    access_key: &str,
    learn_s: i64,
    found: &mut Vec<Difference>,
) -> bool {
    let Some(network) = facts.network() else { return false };
    let key = role.keys.get(access_key).filter(|key| !key.networks.is_empty());
    let (weight, known) = match key {
        Some(key) if key.networks.contains(&network) => return true,
        Some(key) => (2, &key.networks),
        // Functions outside a VPC come from many networks: only a few that are known well are a place.
        None if role.is_settled(facts.time, learn_s) && role.networks.len() <= 4 => {
            if role.networks.is_empty() || role.networks.contains(&network) {
                return false;
            }
            (1, &role.networks)
        }
        None => return false,
    };
    let known: Vec<&str> = known.names().collect();
    let words = format!("from the network {network}, so far from {}", known.join(", "));
    found.push(Difference { bit: 1, weight, is_elsewhere: true, words });
    false
}

fn program(
    facts: &Facts<'_>,
    role: &Role,
    agent: &str,
    is_same_place: bool,
    learn_s: i64,
    found: &mut Vec<Difference>,
) {
    if agent == LAMBDA || is_same_place {
        return;
    }
    let is_issued = facts.issued_to().is_some();
    let weight = if role.agents.contains(LAMBDA) || is_interactive(agent) {
        2
    } else {
        u32::from(role.is_settled(facts.time, learn_s) && !role.agents.contains(agent))
    };
    if weight > 0 && !(role.agents.contains(agent) && role.is_settled(facts.time, learn_s)) {
        let words = format!("by `{agent}`, which is no client inside of a function");
        found.push(Difference { bit: 2, weight, is_elsewhere: true, words });
        if is_issued && is_interactive(agent) {
            let words = "the record says that the credentials were issued to a function".to_owned();
            found.push(Difference { bit: 4, weight: 1, is_elsewhere: true, words });
        }
    }
}

/// VPC endpoint and region.
fn way(
    facts: &Facts<'_>,
    role: &Role,
    access_key: &str,
    learn_s: i64,
    found: &mut Vec<Difference>,
) {
    if facts.event.vpc_endpoint.is_none()
        && role.lanes.get(&facts.service).is_some_and(|it| it.by_endpoint >= 3 && it.around == 0)
    {
        let words = format!("not by the VPC endpoint, which all calls to `{}` took", facts.service);
        found.push(Difference { bit: 8, weight: 2, is_elsewhere: true, words });
    }
    if facts.region.is_empty() || is_global(&facts.service) {
        return;
    }
    let is_settled = role.is_settled(facts.time, learn_s);
    let key = role.keys.get(access_key).filter(|key| !key.regions.is_empty());
    let is_new_for_key = key.is_some_and(|key| !key.regions.contains(&facts.region));
    let is_new_for_role = is_settled && !role.regions.contains(&facts.region);
    if is_new_for_key || is_new_for_role {
        let weight = u32::from(is_new_for_key) + u32::from(is_new_for_role);
        let known: Vec<&str> = role.regions.names().collect();
        let words = format!("in {}, so far in {}", facts.region, known.join(", "));
        found.push(Difference { bit: 16, weight, is_elsewhere: true, words });
    }
}

/// What is called, and when.
fn call(facts: &Facts<'_>, role: &Role, learn_s: i64, found: &mut Vec<Difference>) {
    if asks_who_it_is(facts) && !role.asks_who_it_is {
        let words = "asks whose credentials they are, which the function never did".to_owned();
        found.push(Difference { bit: 32, weight: 2, is_elsewhere: false, words });
    }
    let is_new = !role.lanes.contains(&facts.service);
    if is_new && looks_around(&facts.action) {
        let words = format!("looks around: `{}:{}`", facts.service, facts.action);
        found.push(Difference { bit: 64, weight: 1, is_elsewhere: false, words });
    }
    if is_new && facts.is_denied() {
        let words = format!("tries `{}`, which the role may not use", facts.service);
        found.push(Difference { bit: 128, weight: 1, is_elsewhere: false, words });
    }
    if role.is_settled(facts.time, learn_s) && !role.is_usual_hour(facts.time) {
        let words = "at an hour of the day at which the function never ran".to_owned();
        found.push(Difference { bit: 256, weight: 1, is_elsewhere: false, words });
    }
}

/// Calls by which somebody learns what there is.
fn looks_around(action: &str) -> bool {
    action.starts_with("List") || action.starts_with("Describe") || action.starts_with("GetAccount")
}

#[cfg(test)]
mod tests {
    use super::{family, shown};

    #[test]
    fn a_client_inside_of_a_function_says_so() {
        let agent = "Boto3/1.40 md/Botocore#1.40 exec-env/AWS_Lambda_python3.13";
        assert_eq!(family(agent), "lambda");
        assert_eq!(family("aws-cli/2.31 md/Botocore#1.40 os/linux"), "aws-cli");
        assert_eq!(family("Boto3/1.40 os/linux"), "boto3");
        assert_eq!(family("python-requests/2.32"), "python-requests");
        assert_eq!(family(""), "");
    }

    #[test]
    fn keys_are_not_shown_whole() {
        assert_eq!(shown("ASIAEXAMPLE000000001"), "ASIA…0001");
    }
}
