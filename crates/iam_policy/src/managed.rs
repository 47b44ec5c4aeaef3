//! The policies that AWS keeps, and what they allow.

use cloud_names::Pattern;

use crate::{ActionPattern, escalation, table::Lines};

/// One line a policy, sorted by name in lower case. See `data/SOURCE.md`.
static POLICIES: &str = include_str!("../data/managed.txt");
static LINES: Lines = Lines::new(|| POLICIES.lines().collect());

/// Policies that AWS has withdrawn or advises against, with the one to take instead.
///
/// Those of Lambda, EMR and Systems Manager are called deprecated, or soon to be, by the AWS Managed
/// Policy Reference Guide; those of ECS and `CodePipeline` by the guides of these services. AWS no
/// longer lists `AWSConfigRole` (2026-04), and the guide of Config knows `AWS_ConfigRole` alone.
const REPLACED: [(&str, &str); 8] = [
    ("AWSCodePipelineFullAccess", "AWSCodePipeline_FullAccess"),
    ("AWSConfigRole", "AWS_ConfigRole"),
    ("AWSLambdaFullAccess", "AWSLambda_FullAccess"),
    ("AWSLambdaReadOnlyAccess", "AWSLambda_ReadOnlyAccess"),
    ("AmazonEC2ContainerServiceFullAccess", "AmazonECS_FullAccess"),
    ("AmazonEC2RoleforSSM", "AmazonSSMManagedInstanceCore"),
    ("AmazonElasticMapReduceFullAccess", "AmazonEMRFullAccessPolicy_v2"),
    ("AmazonElasticMapReduceRole", "AmazonEMRServicePolicy_v2"),
];

/// One policy that AWS keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ManagedPolicy {
    /// Name without path: `AWSLambdaBasicExecutionRole`.
    pub name: &'static str,
    /// Whether some of the list and read actions that it allows are not in the table.
    pub is_partial: bool,
    /// The grants, as the table writes them.
    grants: &'static str,
}

/// Where an allow of a managed policy holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reach {
    /// On every resource, without a condition.
    Everything,
    /// On every resource, under a condition.
    Conditional,
    /// On some resources only.
    Narrow,
}

/// What one group of the table says.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Group {
    Allows(Reach),
    AllowsAllBut,
}

/// Looks a policy up by ARN (`arn:aws:iam::aws:policy/service-role/AWSLambdaRole`), path or name.
///
/// An ARN of another account is a policy of the user's own, and not found.
#[must_use]
pub fn find(name: &str) -> Option<ManagedPolicy> {
    if name.starts_with("arn:") && !is_managed_arn(name) {
        return None;
    }
    let name = name.rsplit('/').next()?;
    // Case is heeded: IAM knows no `awslambdarole`.
    let line = LINES.find(name, |line| line_name(line).0)?;
    parse_line(line).filter(|policy| policy.name == name)
}

/// Whether an ARN is that of a policy that AWS keeps: the account is `aws`.
#[must_use]
pub fn is_managed_arn(arn: &str) -> bool {
    cloud_names::Arn::parse(arn).is_ok_and(|arn| {
        arn.service == "iam" && arn.account == "aws" && arn.resource.starts_with("policy/")
    })
}

/// Every policy of the table, sorted by name.
pub fn policies() -> impl Iterator<Item = ManagedPolicy> {
    POLICIES.lines().filter_map(parse_line)
}

impl ManagedPolicy {
    /// The action patterns that it allows, with where they hold: `("s3:*", Reach::Everything)`.
    ///
    /// For a policy that allows all but some actions, see [`Self::allows_all_but`].
    pub fn allows(&self) -> impl Iterator<Item = (String, Reach)> {
        self.groups().filter_map(|(group, action)| match group {
            Group::Allows(reach) => Some((action, reach)),
            Group::AllowsAllBut => None,
        })
    }

    /// The action patterns that a policy with `NotAction` leaves out; none for other policies.
    pub fn allows_all_but(&self) -> impl Iterator<Item = String> {
        self.groups().filter(|(group, _)| *group == Group::AllowsAllBut).map(|(_, action)| action)
    }

    /// Whether it allows `action` (`s3:GetObject`), and where at most.
    #[must_use]
    pub fn reach_of(&self, action: &str) -> Option<Reach> {
        let mut all_but = self.allows_all_but().peekable();
        if all_but.peek().is_some()
            && !all_but.any(|pattern| Pattern::ignoring_case(&pattern).matches(action))
        {
            return Some(Reach::Everything);
        }
        let wide = |reach: &Reach| match reach {
            Reach::Everything => 2,
            Reach::Conditional => 1,
            Reach::Narrow => 0,
        };
        self.allows()
            .filter(|(pattern, _)| Pattern::ignoring_case(pattern).matches(action))
            .map(|(_, reach)| reach)
            .max_by_key(wide)
    }

    /// Whether it allows every action on every resource.
    #[must_use]
    pub fn is_admin(&self) -> bool {
        self.whole_services().any(|service| service == "*")
    }

    /// Whether it hands out a whole service: it is named so or allows `service:*` on everything.
    #[must_use]
    pub fn is_full_access(&self) -> bool {
        self.name.contains("FullAccess")
            || self.whole_services().next().is_some()
            || self.allows_all_but().next().is_some()
    }

    /// The services of which it allows every action on every resource; `*` for all.
    pub fn whole_services(&self) -> impl Iterator<Item = String> {
        self.allows().filter(|(_, reach)| *reach == Reach::Everything).filter_map(|(action, _)| {
            let action = ActionPattern::parse(&action)?;
            if action.is_everything() {
                return Some("*".to_owned());
            }
            action.whole_service().map(str::to_owned)
        })
    }

    /// The ways up that it opens by what it allows on every resource without a condition.
    #[must_use]
    pub fn escalations(&self) -> Vec<&'static escalation::Path> {
        escalation::open_paths(|action| self.reach_of(action) == Some(Reach::Everything)).collect()
    }

    /// The policy to take instead, when AWS has withdrawn this one.
    #[must_use]
    pub fn replacement(&self) -> Option<&'static str> {
        replacement(self.name)
    }

    fn groups(&self) -> impl Iterator<Item = (Group, String)> {
        let mut group = Group::Allows(Reach::Narrow);
        self.grants.split(' ').flat_map(move |word| {
            let word = match word.split_at_checked(1) {
                Some(("=", rest)) => {
                    group = Group::Allows(Reach::Everything);
                    rest
                }
                Some(("?", rest)) => {
                    group = Group::Allows(Reach::Conditional);
                    rest
                }
                Some(("/", rest)) => {
                    group = Group::Allows(Reach::Narrow);
                    rest
                }
                Some(("^", rest)) => {
                    group = Group::AllowsAllBut;
                    rest
                }
                _ => word,
            };
            let (service, names) = word.split_once(':').unwrap_or((word, ""));
            let is_all = !word.contains(':');
            names.split(',').filter(move |_| !word.is_empty()).map(move |name| {
                let action = if is_all { service.to_owned() } else { format!("{service}:{name}") };
                (group, action)
            })
        })
    }
}

/// The policy to take instead of a withdrawn one, which may be gone from the table already.
#[must_use]
pub fn replacement(name: &str) -> Option<&'static str> {
    let name = name.rsplit('/').next()?;
    REPLACED.iter().find(|(old, _)| *old == name).map(|(_, new)| *new)
}

fn line_name(line: &'static str) -> (&'static str, bool) {
    let name = line.split(' ').next().unwrap_or_default();
    name.strip_suffix('~').map_or((name, false), |name| (name, true))
}

fn parse_line(line: &'static str) -> Option<ManagedPolicy> {
    let (_, grants) = line.split_once(' ')?;
    let (name, is_partial) = line_name(line);
    Some(ManagedPolicy { name, is_partial, grants })
}

#[cfg(test)]
mod tests {
    use super::{Reach, find, policies, replacement};

    #[test]
    fn every_policy_of_the_table_is_found() {
        let mut count = 0;
        for policy in policies() {
            assert_eq!(find(policy.name), Some(policy));
            count += 1;
        }
        assert!(count > 1_200, "{count}");
    }

    #[test]
    fn arns_with_and_without_a_path_are_found() {
        for arn in [
            "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
            "arn:${AWS::Partition}:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
            "service-role/AWSLambdaBasicExecutionRole",
            "AWSLambdaBasicExecutionRole",
        ] {
            let policy = find(arn).unwrap_or_else(|| panic!("{arn}"));
            assert!(!policy.is_full_access() && !policy.is_admin());
            assert_eq!(policy.reach_of("logs:PutLogEvents"), Some(Reach::Everything));
            assert_eq!(policy.reach_of("s3:GetObject"), None);
        }
        assert_eq!(find("arn:aws:iam::111122223333:policy/AmazonS3FullAccess"), None);
        assert_eq!(find("NoSuchPolicy"), None);
    }

    #[test]
    fn full_access_and_administrators_are_told() {
        let services = |name: &str| find(name).unwrap().whole_services().collect::<Vec<_>>();
        assert_eq!(services("AmazonS3FullAccess"), ["s3-object-lambda", "s3"]);
        assert!(find("AdministratorAccess").unwrap().is_admin());
        assert!(!find("PowerUserAccess").unwrap().is_admin());
        assert!(find("PowerUserAccess").unwrap().is_full_access());
        assert!(!find("AmazonS3ReadOnlyAccess").unwrap().is_full_access());
        assert!(!find("AWSLambdaRole").unwrap().is_full_access());
    }

    #[test]
    fn a_policy_with_exceptions_allows_all_but_them() {
        let power = find("PowerUserAccess").unwrap();
        assert_eq!(power.reach_of("lambda:UpdateFunctionCode"), Some(Reach::Everything));
        assert_eq!(power.reach_of("iam:PutRolePolicy"), None);
        assert_eq!(power.reach_of("iam:CreateServiceLinkedRole"), Some(Reach::Everything));
    }

    #[test]
    fn policies_of_service_linked_roles_are_told_by_their_path() {
        // Under `/service-role/`, so that it can be attached, whatever its name says.
        assert!(find("AmazonSageMakerServiceCatalogProductsLambdaServiceRolePolicy").is_some());
        assert!(find("AWSLambdaReplicator").is_none());
    }

    #[test]
    fn a_partial_policy_keeps_what_is_neither_list_nor_read() {
        // `iot:Get*` looks like reading, and takes in a write.
        let read_only = find("ReadOnlyAccess").unwrap();
        assert!(read_only.is_partial);
        assert_eq!(read_only.reach_of("iot:GetConnection"), Some(Reach::Everything));
    }

    #[test]
    fn ways_up_are_seen_in_managed_policies() {
        assert!(!find("IAMFullAccess").unwrap().escalations().is_empty());
        assert!(find("AWSLambdaBasicExecutionRole").unwrap().escalations().is_empty());
    }

    #[test]
    fn withdrawn_policies_name_their_successor() {
        assert_eq!(
            replacement("arn:aws:iam::aws:policy/AWSLambdaFullAccess"),
            Some("AWSLambda_FullAccess")
        );
        assert_eq!(replacement("AWSLambda_FullAccess"), None);
    }
}
