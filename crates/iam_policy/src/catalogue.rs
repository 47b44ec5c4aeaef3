//! Every action of AWS: its access level, the resources it works on, the condition keys its requests
//! carry, and the actions that it needs besides.
//!
//! The tables are texts, sorted, and looked up where they lie: only where lines begin is found, and
//! that at the first look-up.

mod fits;
mod keys;
mod resources;

use cloud_names::Pattern;

use crate::{
    ActionPattern,
    table::{self, Lines},
};

pub use fits::{Fit, ResourceGlob, fits};
pub use keys::{ConditionKey, KeyKind, KeyType, global_keys, key_type, keys_of_service};
pub use resources::{ResourceType, ResourceUse, resource_type, resource_types};

/// One line a service, sorted: `s3 W00AbortMultipartUpload W01CreateBucket …`; names sorted in lower
/// case. The letter before a name is its level; a lower-case letter says that the action has no
/// resource-level permissions. The two digits after it say where its profile stands. See
/// `data/SOURCE.md`.
static ACTIONS: &str = include_str!("../data/actions.txt");
static LINES: Lines = Lines::new(|| ACTIONS.lines().collect());

/// One line a service: `s3 0!,3;1,2;iam:PassRole …`. A profile is what several actions share: places
/// of resource types (`!`: required) and condition keys in their lines, names of dependent actions.
static PROFILES: &str = include_str!("../data/profiles.txt");
static PROFILE_LINES: Lines = Lines::new(|| PROFILES.lines().collect());

/// Services whose actions resource control policies can limit, one a line.
static RESOURCE_CONTROL: &str = include_str!("../data/resource_control.txt");

/// Actions that AWS's own managed policies name and the reference does not list, most of services
/// that AWS has closed: one line a service, names or globs of names.
static UNDOCUMENTED: &str = include_str!("../data/undocumented.txt");

/// Letters and digits before the name of an action in the table.
const MARKS: usize = 3;

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
    /// Place of its profile in the line of its service.
    profile: u16,
}

impl std::fmt::Display for Known {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.service, self.name)
    }
}

impl Known {
    /// The types of resources that it works on; none when `Resource` cannot limit it.
    pub fn resource_types(self) -> impl Iterator<Item = ResourceUse> {
        resources::types_at(self.service, numbers(self.profile_part(0)))
    }

    /// The condition keys of services that its requests may carry, those of its resource types
    /// included. Keys of every request (`aws:SourceIp`) are not repeated: see [`global_keys`].
    pub fn condition_keys(self) -> impl Iterator<Item = ConditionKey> {
        let keys: Vec<_> = keys::keys_of_service(self.service).collect();
        let mut places: Vec<usize> = numbers(self.profile_part(1)).map(|(at, _)| at).collect();
        for usage in self.resource_types() {
            places.extend(usage.resource.key_places());
        }
        places.sort_unstable();
        places.dedup();
        places.into_iter().filter_map(move |at| keys.get(at).copied())
    }

    /// Whether its requests may carry a condition key, whatever the key's case: keys of its own, of
    /// its resource types, and those of every request.
    #[must_use]
    pub fn may_carry(self, key: &str) -> bool {
        if global_keys().any(|global| global.matches(key)) {
            return true;
        }
        let Some(place) = keys::keys_of_service(self.service).position(|own| own.matches(key))
        else {
            return false;
        };
        numbers(self.profile_part(1)).any(|(at, _)| at == place)
            || self.resource_types().any(|used| used.resource.key_places().any(|at| at == place))
    }

    /// The actions that its caller needs besides: `iam:PassRole` for `lambda:CreateFunction`.
    pub fn dependent_actions(self) -> impl Iterator<Item = &'static str> {
        self.profile_part(2).split(',').filter(|name| !name.is_empty())
    }

    /// Types of resources, condition keys or dependent actions, as the table writes them.
    fn profile_part(self, part: usize) -> &'static str {
        PROFILE_LINES
            .find(self.service, |line| split_line(line).map_or("", |(name, _)| name))
            .and_then(split_line)
            .and_then(|(_, profiles)| profiles.split(' ').nth(self.profile.into()))
            .and_then(|profile| profile.split(';').nth(part))
            .unwrap_or_default()
    }
}

/// Places that a profile names, and whether each is marked by `!`.
fn numbers(list: &'static str) -> impl Iterator<Item = (usize, bool)> {
    list.split(',').filter_map(|word| {
        let number = word.strip_suffix('!');
        Some((number.unwrap_or(word).parse().ok()?, number.is_some()))
    })
}

/// The types of resources that an action (`s3:GetObject`) works on; `None` when AWS has no such
/// action.
#[must_use]
pub fn resource_types_of(action: &str) -> Option<Vec<ResourceUse>> {
    find_action(action).map(|known| known.resource_types().collect())
}

/// The condition keys that requests for an action may carry besides those of every request; `None`
/// when AWS has no such action.
#[must_use]
pub fn condition_keys_of(action: &str) -> Option<Vec<ConditionKey>> {
    find_action(action).map(|known| known.condition_keys().collect())
}

/// The actions that the caller of an action needs besides; `None` when AWS has no such action.
#[must_use]
pub fn dependent_actions_of(action: &str) -> Option<Vec<&'static str>> {
    find_action(action).map(|known| known.dependent_actions().collect())
}

/// Whether resource control policies limit the actions of a service.
#[must_use]
pub fn supports_resource_control(service: &str) -> bool {
    RESOURCE_CONTROL.lines().any(|line| line.eq_ignore_ascii_case(service))
}

/// Looks an action up by service and name, case ignored.
#[must_use]
pub fn find(service: &str, name: &str) -> Option<Known> {
    let (service, entries) = service_entries(service)?;
    let word = table::find_word(entries, name, |word| word.get(MARKS..).unwrap_or_default())?;
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

/// Whether AWS has a service with this prefix, retired ones included.
#[must_use]
pub fn service_exists(service: &str) -> bool {
    service_entries(service).is_some()
        || undocumented().any(|(known, _)| known.eq_ignore_ascii_case(service))
}

/// Whether AWS has an action that a pattern (`s3:GetObject`, `s3:Get*`, `*`) takes in: one of the
/// Service Authorization Reference, or one that AWS's own managed policies name besides.
#[must_use]
pub fn is_known(pattern: &str) -> bool {
    if expand(pattern).next().is_some() {
        return true;
    }
    let Some(action) = ActionPattern::parse(pattern) else { return false };
    let (service, name) =
        (Pattern::ignoring_case(&action.service), Pattern::ignoring_case(&action.name));
    undocumented().any(|(known_service, known_name)| {
        service.matches(known_service) && name.overlaps(&Pattern::ignoring_case(known_name))
    })
}

/// Services and names, or globs of names, that only AWS's own policies name.
fn undocumented() -> impl Iterator<Item = (&'static str, &'static str)> {
    UNDOCUMENTED
        .lines()
        .filter_map(split_line)
        .flat_map(|(service, names)| names.split(' ').map(move |name| (service, name)))
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
    // An action without wildcards is looked up, a wildcard in the service walks the whole table.
    let (mut exact, mut line, mut all) = (None, None, "");
    match &parsed {
        None => {}
        Some(action) if !action.has_wildcard() => exact = find(&action.service, &action.name),
        Some(action) if !action.service.contains(['*', '?']) => {
            line = service_entries(&action.service);
        }
        Some(_) => all = ACTIONS,
    }
    let lines = line.into_iter().chain(all.lines().filter_map(split_line));
    let service_glob = Pattern::new(parsed.as_ref().map_or("", |action| &action.service));
    let name_glob = Pattern::ignoring_case(parsed.as_ref().map_or("", |action| &action.name));
    let expanded = lines.filter(move |(service, _)| service_glob.matches(service)).flat_map(
        move |(service, entries)| {
            let name_glob = name_glob.clone();
            entries
                .split(' ')
                .filter_map(move |word| parse_entry(service, word))
                .filter(move |known| name_glob.matches(known.name))
        },
    );
    exact.into_iter().chain(expanded)
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
    let (marks, name) = word.split_at_checked(MARKS)?;
    let mut digits = marks.bytes().skip(1);
    let profile = digit(digits.next()?)? * 62 + digit(digits.next()?)?;
    Some(Known { service, name, level, supports_resource: letter.is_ascii_uppercase(), profile })
}

/// A digit to the base 62: `0` to `9`, `A` to `Z`, `a` to `z`.
fn digit(byte: u8) -> Option<u16> {
    let value = match byte {
        b'0'..=b'9' => byte - b'0',
        b'A'..=b'Z' => byte - b'A' + 10,
        b'a'..=b'z' => byte - b'a' + 36,
        _ => return None,
    };
    Some(u16::from(value))
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
                let known = find(service, &word[super::MARKS..])
                    .unwrap_or_else(|| panic!("{service}:{word}"));
                assert_eq!((known.service, known.name), (service, &word[super::MARKS..]));
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
