//! What only a live account tells: when something was last used, who deployed it.

use std::collections::HashMap;

use source_text::{Kind, Map, Node, Place, SmolStr};

use crate::{
    resource::{Resource, Resources},
    shape::{items, items_at, member, text},
    snapshot::Account,
};

const DAY_S: i64 = 86_400;

/// From here on a number counts milliseconds: as seconds it would be the year 5138.
const MILLISECONDS_FROM: f64 = 1e11;

/// Seconds since 1970 of a time as services write it: text, seconds or milliseconds.
pub(crate) fn seconds(node: &Node) -> Option<i64> {
    if let Kind::Number(_) = node.kind {
        let number = node.as_f64()?;
        let seconds = if number >= MILLISECONDS_FROM { number / 1000.0 } else { number };
        #[expect(
            clippy::cast_possible_truncation,
            reason = "times are far from the bounds of i64"
        )]
        return seconds.is_finite().then_some(seconds as i64);
    }
    let written = node.as_str()?.trim();
    let time: jiff::Timestamp = written.parse().ok()?;
    Some(time.as_second())
}

/// Notes with each function when it was last used and what deployed it, and with each role what it
/// never used.
pub(crate) fn note(account: &Account<'_>, taken: Option<i64>, resources: &mut Resources) {
    let accessed = accessed(account);
    let mut roles: HashMap<SmolStr, Option<i64>> = HashMap::new();
    for resource in resources.all.iter_mut().filter(|it| it.type_ == "AWS::IAM::Role") {
        if resource.live.contains("asked") {
            let used = resource.live.get("used").and_then(seconds);
            roles.extend(resource.arn().cloned().map(|arn| (arn, used)));
        }
        age(resource, "created", taken);
        let details = resource.arn().and_then(|arn| accessed.get(arn));
        if let (Some(details), Some(taken)) = (details, taken) {
            unused(resource, details, taken);
        }
    }
    let groups = last_events(resources);
    for resource in resources.all.iter_mut().filter(|it| it.type_ == "AWS::Lambda::Function") {
        age(resource, "modified", taken);
        stack(resource);
        let role = resource.properties.get("Role").and_then(Node::as_str).unwrap_or_default();
        let own = SmolStr::new(format!("/aws/lambda/{}", resource.name));
        let group = resource.properties.get("LoggingConfig").and_then(|it| text(it, "LogGroup"));
        let key = (resource.region.clone(), group.unwrap_or(own));
        let event = groups.get(&key).copied();
        let place = resource.place;
        // Every environment of a function takes its role first.
        let last = match (roles.get(role), event) {
            (Some(used), event) => Some((*used).max(event)),
            (None, Some(event)) => Some(Some(event)),
            (None, None) => None,
        };
        match (last, taken) {
            (Some(Some(last)), Some(taken)) => {
                let days = Node::integer(place, (taken - last).max(0) / DAY_S);
                resource.live.insert("idle_days", days);
            }
            (Some(None), _) => {
                resource.live.insert("never_used", Node::bool(place, true));
            }
            _ => {}
        }
    }
}

/// Whole days since a time that is noted under `key`.
fn age(resource: &mut Resource, key: &str, taken: Option<i64>) {
    let since = resource.live.get(key).and_then(seconds);
    if let (Some(since), Some(taken)) = (since, taken) {
        let days = (taken - since).max(0) / DAY_S;
        resource.live.insert("age_days", Node::integer(resource.place, days));
    }
}

/// The stack that a function belongs to, when its tags were read.
fn stack(resource: &mut Resource) {
    let place = resource.place;
    let tags = resource.live.get("tags");
    let find = |name: &str| tags.and_then(|tags| member(tags, name)).cloned();
    let found = [
        ("stack", find("aws:cloudformation:stack-name")),
        ("logical_id", find("aws:cloudformation:logical-id")),
    ];
    // What other tools deploy carries a tag of theirs, which nobody can list: any tag that is not
    // of a person's habit counts.
    let tool = ["terraform", "pulumi", "managed-by", "managedby", "stage", "serverless", "sst"];
    let is_tooled = tags.and_then(Node::as_map).is_some_and(|map| {
        map.keys().any(|key| {
            let key = key.to_ascii_lowercase();
            tool.iter().any(|word| key.contains(word))
        })
    });
    let is_read = resource.live.contains("read_tags");
    for (key, value) in found {
        if let Some(value) = value {
            resource.live.insert(key, value);
        }
    }
    if is_tooled {
        resource.live.insert("tooled", Node::bool(place, true));
    }
    if is_read {
        resource.live.insert("tags_read", Node::bool(place, true));
    }
    resource.live.remove("tags");
    resource.live.remove("read_tags");
}

/// When the last event came into each log group of which the streams were listed.
fn last_events(resources: &Resources) -> HashMap<(Option<SmolStr>, SmolStr), i64> {
    let groups = resources.all.iter().filter(|it| it.type_ == "AWS::Logs::LogGroup");
    groups
        .filter_map(|group| {
            let streams = group.live.get("streams")?;
            let times = items(streams).into_iter().filter_map(|stream| {
                let last = member(stream, "lastEventTimestamp")
                    .or_else(|| member(stream, "lastIngestionTime"));
                last.and_then(seconds)
            });
            Some(((group.region.clone(), group.name.clone()), times.max()?))
        })
        .collect()
}

/// The reports of what principals last used, by the principal's ARN.
fn accessed<'a>(account: &Account<'a>) -> HashMap<SmolStr, &'a Node> {
    let mut found = HashMap::new();
    for answer in account.asked("iam", "GetServiceLastAccessedDetails") {
        let Some(of) = &answer.of else { continue };
        // The number of the report may stand behind the ARN.
        let arn = match of.rsplit_once('/') {
            Some((arn, job)) if job.len() == 36 && job.matches('-').count() == 4 => arn,
            _ => of,
        };
        let node: &'a Node = answer.node;
        found.insert(SmolStr::new(arn), node);
    }
    found
}

/// Services and actions that a role may use, with the days since it did; `null` for never.
fn unused(resource: &mut Resource, report: &Node, taken: i64) {
    let place = resource.place;
    let days = |node: Option<&Node>| match node.and_then(seconds) {
        Some(last) => Node::integer(place, (taken - last).max(0) / DAY_S),
        None => Node::null(place),
    };
    let mut listed = Vec::new();
    for service in items_at(report, "ServicesLastAccessed") {
        let Some(name) = text(service, "ServiceNamespace") else { continue };
        listed.push(one(place, name.clone(), days(member(service, "LastAuthenticated"))));
        for action in items_at(service, "TrackedActionsLastAccessed") {
            let Some(action_name) = text(action, "ActionName") else { continue };
            let full = SmolStr::new(format!("{name}:{action_name}"));
            listed.push(one(place, full, days(member(action, "LastAccessedTime"))));
        }
    }
    resource.live.insert("accessed", Node::list(place, listed));
}

fn one(place: Place, name: SmolStr, days: Node) -> Node {
    let mut map = Map::new();
    map.insert("name", Node::text(place, name));
    map.insert("days", days);
    Node::new(place, Kind::Map(map))
}

#[cfg(test)]
mod tests {
    use source_text::{Kind, Node, Place};

    use super::seconds;

    #[test]
    fn times_are_read_as_services_write_them() {
        let day = 1_767_225_600;
        for text in
            ["2026-01-01T00:00:00Z", "2026-01-01T00:00:00.000+0000", "2026-01-01T00:00:00+00:00"]
        {
            assert_eq!(seconds(&Node::text(Place::default(), text)), Some(day), "{text}");
        }
        for number in ["1767225600", "1767225600.5", "1767225600000", "1.7672256E9"] {
            let node = Node::new(Place::default(), Kind::Number(number.into()));
            assert_eq!(seconds(&node), Some(day), "{number}");
        }
        assert_eq!(seconds(&Node::text(Place::default(), "soon")), None);
    }
}
