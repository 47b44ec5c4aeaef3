//! Types of resources and the shapes of their ARNs.

use crate::table::Lines;

use super::numbers;

/// One line a service, cut by tabs: `s3 bucket=~s3:::${BucketName};1,2 …`. After the name come the
/// shapes, divided by `|`, then the places of the type's condition keys. `~` is `arn:${Partition}:`,
/// `@` the same with service, region and account.
static TYPES: &str = include_str!("../../data/resource_types.txt");
static LINES: Lines = Lines::new(|| TYPES.lines().collect());

/// One type of resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ResourceType {
    /// Prefix of the service whose actions work on it: `s3`.
    pub service: &'static str,
    /// As the Service Authorization Reference names it: `bucket`, `log-group`.
    pub name: &'static str,
    shapes: &'static str,
    keys: &'static str,
}

/// A type of resource as one action uses it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ResourceUse {
    /// The type.
    pub resource: ResourceType,
    /// Whether every request for the action names one.
    pub required: bool,
}

impl ResourceType {
    /// The shape of its ARNs: `arn:${Partition}:s3:::${BucketName}`.
    #[must_use]
    pub fn arn(&self) -> String {
        self.arns().next().unwrap_or_default()
    }

    /// Every shape of its ARNs; few types have more than one.
    pub fn arns(&self) -> impl Iterator<Item = String> {
        let service = self.service;
        self.shapes.split('|').map(move |shape| {
            if let Some(rest) = shape.strip_prefix('@') {
                format!("arn:${{Partition}}:{service}:${{Region}}:${{Account}}:{rest}")
            } else if let Some(rest) = shape.strip_prefix('~') {
                format!("arn:${{Partition}}:{rest}")
            } else {
                shape.to_owned()
            }
        })
    }

    /// Whether some shape is of a service, as ARNs spell it; `None` may be any.
    pub(super) fn may_be_of(&self, service: Option<&str>) -> bool {
        let Some(service) = service else { return true };
        self.shapes.split('|').any(|shape| match shape.strip_prefix('~') {
            None => self.service == service,
            Some(rest) => {
                let own = rest.split(':').next().unwrap_or_default();
                own == service || own.contains(['$', '*'])
            }
        })
    }

    /// Places of the condition keys that requests on it carry, in the line of its service.
    pub(super) fn key_places(&self) -> impl Iterator<Item = usize> {
        numbers(self.keys).map(|(at, _)| at)
    }
}

/// Looks a type up by service and name, case ignored.
#[must_use]
pub fn resource_type(service: &str, name: &str) -> Option<ResourceType> {
    resource_types(service).find(|known| known.name.eq_ignore_ascii_case(name))
}

/// The types of one service.
pub fn resource_types(service: &str) -> impl Iterator<Item = ResourceType> {
    service_words(service).into_iter().flat_map(|(service, words)| {
        words.split('\t').filter_map(move |word| parse_word(service, word))
    })
}

/// The types at places of the line of a service, which ascend.
pub(super) fn types_at(
    service: &str,
    places: impl Iterator<Item = (usize, bool)>,
) -> impl Iterator<Item = ResourceUse> {
    let found = service_words(service);
    let mut words = found.map_or("", |(_, words)| words).split('\t');
    let mut next = 0;
    places.filter_map(move |(at, required)| {
        let word = words.nth(at.checked_sub(next)?)?;
        next = at + 1;
        Some(ResourceUse { resource: parse_word(found?.0, word)?, required })
    })
}

/// The service as the table spells it, and its types.
fn service_words(service: &str) -> Option<(&'static str, &'static str)> {
    let cut = |line: &'static str| line.split_once('\t');
    LINES.find(service, move |line| cut(line).map_or("", |(name, _)| name)).and_then(cut)
}

fn parse_word(service: &'static str, word: &'static str) -> Option<ResourceType> {
    let (name, rest) = word.split_once('=')?;
    let (shapes, keys) = rest.split_once(';')?;
    Some(ResourceType { service, name, shapes, keys })
}

#[cfg(test)]
mod tests {
    use super::{TYPES, resource_type};
    use crate::catalogue::{self, dependent_actions_of, resource_types_of};

    #[test]
    fn every_type_of_the_table_is_found() {
        let mut count = 0;
        for line in TYPES.lines() {
            let mut words = line.split('\t');
            let service = words.next().unwrap();
            for word in words {
                let name = word.split_once('=').unwrap().0;
                let known = resource_type(service, name).unwrap();
                assert_eq!((known.service, known.name), (service, name));
                assert!(known.arns().all(|arn| arn.starts_with("arn:${Partition}:")), "{known:?}");
                count += 1;
            }
        }
        assert!(count > 2_300, "{count}");
    }

    #[test]
    fn an_action_names_the_types_it_works_on() {
        let types = |action: &str| -> Vec<(String, bool)> {
            resource_types_of(action)
                .unwrap()
                .into_iter()
                .map(|used| (used.resource.arn(), used.required))
                .collect()
        };
        let table = "arn:${Partition}:dynamodb:${Region}:${Account}:table/${TableName}";
        assert_eq!(types("dynamodb:PutItem"), [(table.to_owned(), true)]);
        let bucket = "arn:${Partition}:s3:::${BucketName}";
        assert!(types("s3:ListBucket").iter().any(|(arn, _)| arn == bucket));
        assert!(types("ec2:DescribeInstances").is_empty());
        assert_eq!(resource_types_of("s3:GetObjects"), None);
    }

    #[test]
    fn resource_support_and_resource_types_agree() {
        for known in catalogue::expand("*") {
            assert_eq!(known.supports_resource, known.resource_types().next().is_some(), "{known}");
        }
    }

    #[test]
    fn dependent_actions_are_known_and_exist() {
        assert!(dependent_actions_of("lambda:CreateFunction").unwrap().contains(&"iam:PassRole"));
        assert_eq!(dependent_actions_of("s3:GetObject").unwrap(), Vec::<&str>::new());
        let names = |known: catalogue::Known| known.dependent_actions();
        let count = catalogue::expand("*").flat_map(names).count();
        assert!(count > 1_000, "{count}");
    }

    #[test]
    fn services_of_resource_control_policies_are_known() {
        assert!(catalogue::supports_resource_control("s3"));
        assert!(!catalogue::supports_resource_control("ec2"));
    }
}
