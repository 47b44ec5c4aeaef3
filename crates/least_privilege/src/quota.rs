//! Policies that are too long for IAM: their ARNs are widened, segment by segment, until they fit.

use std::collections::{BTreeMap, BTreeSet};

use app_model::SmolStr;

use crate::{
    need::Need,
    policy::{Document, Grant},
};

/// Characters of a managed policy at most, white space left out.
pub const MANAGED: usize = 6_144;
/// Characters of all inline policies of a role at most, white space left out.
pub const INLINE: usize = 10_240;

/// A policy that fits, and what it took.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fitted {
    /// The document.
    pub document: Document,
    /// Characters that IAM counts.
    pub size: usize,
    /// What was widened.
    pub widened: Vec<Widened>,
}

impl Fitted {
    /// Whether it is within the quota that it was made for.
    #[must_use]
    pub fn fits(&self, quota: usize) -> bool {
        self.size <= quota
    }
}

/// Resources that one glob stands for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Widened {
    /// The glob.
    pub to: SmolStr,
    /// How many resources it stands for.
    pub count: usize,
    /// The first of them.
    pub example: SmolStr,
}

/// The policy for the needs, widened only when it would be longer than `quota`.
///
/// The longest common beginnings, cut between segments, are widened first, so that as little as
/// possible is allowed besides. Never wider than all resources of a type: where that is not enough,
/// the result is longer than the quota, and says so by its size.
#[must_use]
pub fn fit(needs: &[Need], quota: usize) -> Fitted {
    let mut grants: BTreeSet<Grant> = needs
        .iter()
        .map(|need| (need.action.clone(), need.resource.clone(), need.restrictions.clone()))
        .collect();
    let mut document = Document::of_grants(grants.iter().cloned());
    let mut size = document.size();
    let mut widened: Vec<Widened> = Vec::new();
    while size > quota {
        let Some(next) = clusters(&grants) else { break };
        for (prefix, members) in next {
            let to = SmolStr::new(format!("{prefix}*"));
            widened.push(Widened {
                to: to.clone(),
                count: members.len(),
                example: members.iter().next().cloned().unwrap_or_default(),
            });
            grants = grants
                .into_iter()
                .map(|(action, resource, restrictions)| {
                    let resource = if members.contains(&resource) { to.clone() } else { resource };
                    (action, resource, restrictions)
                })
                .collect();
            document = Document::of_grants(grants.iter().cloned());
            size = document.size();
            if size <= quota {
                break;
            }
        }
    }
    Fitted { document, size, widened }
}

/// Of all groups of resources with a common beginning, those whose beginning has the most segments;
/// the one that spares most comes first. Nothing when no two resources of a type are left.
fn clusters(grants: &BTreeSet<Grant>) -> Option<Vec<(String, BTreeSet<SmolStr>)>> {
    let resources: BTreeSet<&SmolStr> = grants.iter().map(|(_, resource, _)| resource).collect();
    let mut by_prefix: BTreeMap<(usize, String), BTreeSet<SmolStr>> = BTreeMap::new();
    for resource in resources {
        let ends = boundaries(resource);
        for (depth, end) in ends.iter().enumerate() {
            let prefix = resource.get(..*end).unwrap_or_default().to_owned();
            by_prefix.entry((depth, prefix)).or_default().insert(resource.clone());
        }
    }
    by_prefix.retain(|_, members| members.len() > 1);
    let deepest = by_prefix.keys().map(|(depth, _)| *depth).max()?;
    let mut found: Vec<(String, BTreeSet<SmolStr>)> = by_prefix
        .into_iter()
        .filter(|((depth, _), _)| *depth == deepest)
        .map(|((_, prefix), members)| (prefix, members))
        .collect();
    found.sort_by_key(|(_, members)| {
        std::cmp::Reverse(members.iter().map(app_model::SmolStr::len).sum::<usize>())
    });
    Some(found)
}

/// Where the segments of an ARN end that may be widened, from its type on: behind `table/`, behind
/// each `/` and `:` after that. Nothing for what is no ARN. Separators inside `${…}` are none.
fn boundaries(resource: &str) -> Vec<usize> {
    let mut ends = Vec::new();
    let (mut colons, mut inside) = (0, false);
    for (at, c) in resource.char_indices() {
        match c {
            '{' if resource.get(..at).is_some_and(|before| before.ends_with('$')) => inside = true,
            '}' => inside = false,
            ':' | '/' if !inside => {
                colons += usize::from(c == ':');
                // The five separators of an ARN are its head; what has no type (queues, topics,
                // buckets) may be widened right behind them.
                if colons >= 5 {
                    ends.push(at + 1);
                }
            }
            _ => {}
        }
    }
    if !resource.starts_with("arn:") {
        return Vec::new();
    }
    let arn = cloud_names::Arn::parse(resource);
    let has_type = arn.is_ok_and(|arn| arn.resource_type().is_some());
    if has_type && !ends.is_empty() {
        ends.remove(0);
    }
    // A resource that ends at a boundary, or is a glob from there on, has nothing behind it to widen.
    ends.retain(|end| *end < resource.len());
    ends
}

#[cfg(test)]
mod tests {
    use super::{boundaries, fit};
    use crate::need::Need;

    fn needs(resources: impl IntoIterator<Item = String>) -> Vec<Need> {
        resources
            .into_iter()
            .map(|resource| Need {
                action: "s3:GetObject".into(),
                resource: resource.into(),
                ..Need::default()
            })
            .collect()
    }

    #[test]
    fn segments_begin_behind_the_type() {
        let ends = |text: &str| {
            boundaries(text).into_iter().map(|end| text[..end].to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(
            ends("arn:aws:s3:::photos/a/b"),
            ["arn:aws:s3:::", "arn:aws:s3:::photos/", "arn:aws:s3:::photos/a/"]
        );
        assert_eq!(ends("arn:aws:sqs:r:a:orders"), ["arn:aws:sqs:r:a:"]);
        assert_eq!(
            ends("arn:${AWS::Partition}:dynamodb:r:a:table/T/index/i"),
            [
                "arn:${AWS::Partition}:dynamodb:r:a:table/",
                "arn:${AWS::Partition}:dynamodb:r:a:table/T/",
                "arn:${AWS::Partition}:dynamodb:r:a:table/T/index/"
            ]
        );
        assert!(ends("*").is_empty() && ends("${Topic}").is_empty());
    }

    #[test]
    fn what_fits_is_not_widened() {
        let fitted = fit(&needs((0..10).map(|at| format!("arn:aws:s3:::photos/{at}"))), 6_144);
        assert!(fitted.widened.is_empty());
        assert_eq!(fitted.document.statements[0].resources.len(), 10);
    }

    #[test]
    fn the_longest_common_beginnings_are_widened_first() {
        let mut all: Vec<String> =
            (0..300).map(|at| format!("arn:aws:s3:::photos/a/{at}")).collect();
        all.push("arn:aws:s3:::letters/b".to_owned());
        let fitted = fit(&needs(all), 1_000);
        assert!(fitted.fits(1_000));
        assert_eq!(fitted.widened.len(), 1);
        assert_eq!(fitted.widened[0].to, "arn:aws:s3:::photos/a/*");
        let resources = &fitted.document.statements[0].resources;
        assert_eq!(*resources, ["arn:aws:s3:::letters/b", "arn:aws:s3:::photos/a/*"]);
    }
}
