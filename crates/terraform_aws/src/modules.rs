//! Modules of the registry that many use, told by what they make of their inputs.
//!
//! A configuration is mostly scanned where `terraform init` never ran, so its modules are not there.
//! For the best known ones a text of ours stands in: the same inputs and outputs, and those of the
//! resources that rules ask for. A fetched module is always preferred.

/// What stands in for a module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StandIn {
    /// Its name in the registry, with the folder in it: `terraform-aws-modules/lambda/aws`.
    pub name: &'static str,
    /// Its configuration, parts not put in.
    source: &'static str,
}

/// What several of them have in common. `# include NAME | WORD=TEXT` in a configuration stands for the
/// part of that name with texts instead of words.
const PARTS: &[(&str, &str)] = &[
    ("attached.tf", include_str!("../data/modules/parts/attached.tf")),
    ("role.tf", include_str!("../data/modules/parts/role.tf")),
    ("statements.tf", include_str!("../data/modules/parts/statements.tf")),
];

/// Parts in parts in parts.
const NESTING: usize = 3;

impl StandIn {
    /// Its configuration.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::new();
        put(self.source, NESTING, &mut text);
        text
    }
}

fn put(source: &str, nesting: usize, text: &mut String) {
    for line in source.lines() {
        let part = line.trim_start().strip_prefix("# include ").filter(|_| nesting > 0);
        if let Some(part) = part.and_then(included) {
            put(&part, nesting - 1, text);
        } else {
            text.push_str(line);
            text.push('\n');
        }
    }
}

/// `role.tf | LABEL=lambda`
fn included(words: &str) -> Option<String> {
    let mut words = words.split(" | ");
    let name = words.next()?;
    let (_, part) = PARTS.iter().find(|(of, _)| *of == name)?;
    let pairs = words.filter_map(|word| word.split_once('='));
    Some(pairs.fold((*part).to_owned(), |part, (word, text)| part.replace(word, text)))
}

/// Who publishes them.
const OWNER: &str = "terraform-aws-modules";

const ALL: &[StandIn] = &[
    StandIn {
        name: "terraform-aws-modules/apigateway-v2/aws",
        source: include_str!("../data/modules/apigateway-v2.tf"),
    },
    StandIn {
        name: "terraform-aws-modules/dynamodb-table/aws",
        source: include_str!("../data/modules/dynamodb-table.tf"),
    },
    StandIn {
        name: "terraform-aws-modules/eventbridge/aws",
        source: include_str!("../data/modules/eventbridge.tf"),
    },
    StandIn {
        name: "terraform-aws-modules/lambda/aws",
        source: include_str!("../data/modules/lambda.tf"),
    },
    StandIn {
        name: "terraform-aws-modules/s3-bucket/aws",
        source: include_str!("../data/modules/s3-bucket.tf"),
    },
    StandIn {
        name: "terraform-aws-modules/s3-bucket/aws//modules/notification",
        source: include_str!("../data/modules/s3-bucket-notification.tf"),
    },
    StandIn {
        name: "terraform-aws-modules/sns/aws",
        source: include_str!("../data/modules/sns.tf"),
    },
    StandIn {
        name: "terraform-aws-modules/sqs/aws",
        source: include_str!("../data/modules/sqs.tf"),
    },
    StandIn {
        name: "terraform-aws-modules/step-functions/aws",
        source: include_str!("../data/modules/step-functions.tf"),
    },
];

/// What stands in for the module that a `source` names: an address of the registry, or of the
/// repository that it is published from.
#[must_use]
pub fn stand_in(source: &str) -> Option<StandIn> {
    let source = source.split(['?', '#']).next().unwrap_or_default();
    let of_registry = source.strip_prefix("registry.terraform.io/").unwrap_or(source);
    let of_registry = of_registry.strip_prefix("registry.opentofu.org/").unwrap_or(of_registry);
    let found = |name: &str| ALL.iter().copied().find(|it| it.name == name);
    found(of_registry).or_else(|| found(&published(source)?))
}

/// The name in the registry of what a repository holds: `…github.com/OWNER/terraform-aws-NAME`, with
/// a folder in it after `//`.
fn published(source: &str) -> Option<String> {
    let bare = source.strip_prefix("git::").unwrap_or(source);
    let bare = bare.split_once("://").map_or(bare, |(_, rest)| rest);
    let bare = bare.strip_prefix("git@").unwrap_or(bare);
    let path = bare.strip_prefix("github.com")?.trim_start_matches(['/', ':']);
    let (repository, folder) = path.split_once("//").unwrap_or((path, ""));
    let repository = repository.trim_end_matches('/').trim_end_matches(".git");
    let name = repository.strip_prefix(OWNER)?.strip_prefix("/terraform-aws-")?;
    let folder = if folder.is_empty() { String::new() } else { format!("//{folder}") };
    Some(format!("{OWNER}/{name}/aws{folder}"))
}

#[cfg(test)]
mod tests {
    use super::stand_in;

    #[test]
    fn modules_are_known_by_registry_and_repository() {
        for source in [
            "terraform-aws-modules/lambda/aws",
            "registry.terraform.io/terraform-aws-modules/lambda/aws",
            "github.com/terraform-aws-modules/terraform-aws-lambda",
            "git::https://github.com/terraform-aws-modules/terraform-aws-lambda.git?ref=v8.1.0",
            "git@github.com:terraform-aws-modules/terraform-aws-lambda.git",
        ] {
            let name = stand_in(source).map(|it| it.name);
            assert_eq!(name, Some("terraform-aws-modules/lambda/aws"), "{source}");
        }
        let inner = "git::https://github.com/terraform-aws-modules/terraform-aws-s3-bucket.git//modules/notification?ref=v5";
        let name = stand_in(inner).map(|it| it.name);
        assert_eq!(name, Some("terraform-aws-modules/s3-bucket/aws//modules/notification"));
    }

    #[test]
    fn others_are_not_taken_for_them() {
        for source in [
            "terraform-aws-modules/lambda/aws//modules/alias",
            "someone/lambda/aws",
            "github.com/someone/terraform-aws-lambda",
            "evil.example/terraform-aws-modules/terraform-aws-lambda",
            "",
        ] {
            assert_eq!(stand_in(source), None, "{source}");
        }
    }
}
