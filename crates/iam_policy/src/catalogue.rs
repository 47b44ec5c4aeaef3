//! Every action of AWS: its access level and whether it can be limited to resources.
//!
//! The table is one text, sorted, and looked up where it lies: only where lines begin is found.

use cloud_names::Pattern;

use crate::{
    ActionPattern,
    table::{self, Lines},
};

/// One line a service, sorted: `s3 WAbortMultipartUpload WCreateBucket …`; names sorted in lower
/// case. The letter before a name is its level; a lower-case letter says that the action has no
/// resource-level permissions. See `data/SOURCE.md`.
static ACTIONS: &str = include_str!("../data/actions.txt");
static LINES: Lines = Lines::new(|| ACTIONS.lines().collect());

/// What an action does, by AWS's own classification.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AccessLevel {
    /// Names what is there.
    List,
    /// Reads content.
    Read,
    /// Changes or removes content.
    Write,
    /// Changes tags.
    Tagging,
    /// Changes who may do what.
    PermissionsManagement,
}

/// One action that AWS knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    /// Service prefix: `s3`.
    pub service: &'static str,
    /// Name in AWS's spelling: `GetObject`.
    pub name: &'static str,
    /// What it does.
    pub level: AccessLevel,
    /// Whether `Resource` can limit it; otherwise only `*` has an effect.
    pub supports_resource: bool,
}

impl std::fmt::Display for Known {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.service, self.name)
    }
}

/// Looks an action up by service and name, case ignored.
#[must_use]
pub fn find(service: &str, name: &str) -> Option<Known> {
    let (service, entries) = service_entries(service)?;
    let word = table::find_word(entries, name, |word| word.get(1..).unwrap_or_default())?;
    parse_entry(service, word)
}

/// Looks an action up by its whole name, `s3:GetObject`, case ignored.
#[must_use]
pub fn find_action(action: &str) -> Option<Known> {
    let (service, name) = action.split_once(':')?;
    find(service, name)
}

/// What an action does; `None` when AWS has no such action.
#[must_use]
pub fn access_level(service: &str, name: &str) -> Option<AccessLevel> {
    find(service, name).map(|known| known.level)
}

/// Whether `Resource` can limit an action (`ec2:DescribeInstances`: no); `None` when AWS has no
/// such action.
#[must_use]
pub fn supports_resource(action: &str) -> Option<bool> {
    find_action(action).map(|known| known.supports_resource)
}

/// Whether AWS has such an action.
#[must_use]
pub fn exists(action: &str) -> bool {
    find_action(action).is_some()
}

/// Whether AWS has a service with this prefix.
#[must_use]
pub fn service_exists(service: &str) -> bool {
    service_entries(service).is_some()
}

/// The actions of one service, sorted by name; none when AWS has no such service.
pub fn actions_of(service: &str) -> impl Iterator<Item = Known> {
    service_entries(service).into_iter().flat_map(|(service, entries)| {
        entries.split(' ').filter_map(move |word| parse_entry(service, word))
    })
}

/// The actions that a pattern (`s3:Get*`, `*`) takes in. Nothing for a text that is no action.
///
/// One service costs its own line only; a wildcard in the service walks the whole table.
pub fn expand(pattern: &str) -> impl Iterator<Item = Known> {
    let parsed = ActionPattern::parse(pattern);
    let one_line = parsed
        .as_ref()
        .filter(|action| !action.service.contains(['*', '?']))
        .map(|action| service_entries(&action.service));
    let all = if parsed.is_some() && one_line.is_none() { ACTIONS } else { "" };
    let lines = one_line.flatten().into_iter().chain(all.lines().filter_map(split_line));
    let service_glob = Pattern::new(parsed.as_ref().map_or("", |action| &action.service));
    let name_glob = Pattern::ignoring_case(parsed.as_ref().map_or("", |action| &action.name));
    lines.filter(move |(service, _)| service_glob.matches(service)).flat_map(
        move |(service, entries)| {
            let name_glob = name_glob.clone();
            entries
                .split(' ')
                .filter_map(move |word| parse_entry(service, word))
                .filter(move |known| name_glob.matches(known.name))
        },
    )
}

/// The service as the table spells it, and its entries.
fn service_entries(service: &str) -> Option<(&'static str, &'static str)> {
    LINES.find(service, |line| split_line(line).map_or("", |(name, _)| name)).and_then(split_line)
}

fn split_line(line: &'static str) -> Option<(&'static str, &'static str)> {
    line.split_once(' ')
}

fn parse_entry(service: &'static str, word: &'static str) -> Option<Known> {
    let letter = word.bytes().next()?;
    let level = match letter.to_ascii_uppercase() {
        b'L' => AccessLevel::List,
        b'R' => AccessLevel::Read,
        b'W' => AccessLevel::Write,
        b'T' => AccessLevel::Tagging,
        b'P' => AccessLevel::PermissionsManagement,
        _ => return None,
    };
    let name = word.get(1..)?;
    Some(Known { service, name, level, supports_resource: letter.is_ascii_uppercase() })
}

#[cfg(test)]
mod tests {
    use super::{
        ACTIONS, AccessLevel, access_level, exists, expand, find, split_line, supports_resource,
    };

    #[test]
    fn every_action_of_the_table_is_found() {
        let mut count = 0;
        for (service, entries) in ACTIONS.lines().filter_map(split_line) {
            for word in entries.split(' ') {
                let known = find(service, &word[1..]).unwrap_or_else(|| panic!("{service}:{word}"));
                assert_eq!((known.service, known.name), (service, &word[1..]));
                count += 1;
            }
        }
        assert!(count > 22_000, "{count}");
    }

    #[test]
    fn levels_and_resource_support_are_known() {
        assert_eq!(access_level("s3", "getobject"), Some(AccessLevel::Read));
        assert_eq!(access_level("S3", "PutBucketPolicy"), Some(AccessLevel::PermissionsManagement));
        assert_eq!(access_level("s3", "GetObjects"), None);
        assert_eq!(access_level("nosuch", "GetObject"), None);
        assert_eq!(supports_resource("ec2:DescribeInstances"), Some(false));
        assert_eq!(supports_resource("dynamodb:PutItem"), Some(true));
        assert_eq!(supports_resource("xray:PutTraceSegments"), Some(false));
        assert!(exists("lambda:InvokeFunction") && !exists("lambda:Invoke"));
    }

    #[test]
    fn patterns_expand_to_the_actions_they_take_in() {
        let names: Vec<_> = expand("sqs:*Permission").map(|known| known.to_string()).collect();
        assert_eq!(names, ["sqs:AddPermission", "sqs:RemovePermission"]);
        assert_eq!(expand("nosuch:*").count(), 0);
        assert_eq!(expand("${X}:*").count(), 0);
        assert_eq!(expand("s3:GetObject").count(), 1);
        assert!(expand("*").count() > 22_000);
    }
}
