//! Which documents are services of the framework, and for which cloud.

use source_text::{Map, Node, SmolStr};

/// What a document is to the framework.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Form {
    /// A service on AWS.
    Aws,
    /// A service on another cloud, by the name of its provider.
    Other(SmolStr),
    /// A `serverless-compose.yml`: paths of services, relative to the file.
    Compose(Vec<SmolStr>),
}

/// Whether a text may be a service, at a glance: most YAML and JSON of a repository is not.
#[must_use]
pub fn could_be_service(path: &str, text: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    if name.starts_with("serverless") {
        return true;
    }
    let heads = |key: &str| {
        text.lines().any(|line| {
            let line = line.trim_start().trim_start_matches('"');
            line.strip_prefix(key)
                .is_some_and(|rest| rest.trim_start_matches('"').trim_start().starts_with(':'))
        })
    };
    text.contains("provider") && heads("provider") && heads("service")
}

/// What a document is; `None` when it is not of the framework.
#[must_use]
pub fn form_of(document: &Node) -> Option<Form> {
    let map = document.as_map()?;
    if let Some(services) = map.get("services").and_then(Node::as_map) {
        let paths: Vec<SmolStr> = services.values().filter_map(path_of).collect();
        let is_compose = !paths.is_empty() && !map.contains("provider") && !map.contains("image");
        return is_compose.then_some(Form::Compose(paths));
    }
    // Settings of charts and the like have a `provider` and a `service`, too.
    let names_itself = map.get("service").is_some_and(|service| {
        service.scalar_text().is_some()
            || service.get("name").is_some_and(|it| it.as_str().is_some())
    });
    let has_functions = map
        .get("functions")
        .is_some_and(|it| it.as_map().is_some() || it.as_list().is_some() || it.as_str().is_some());
    let is_service = names_itself || has_functions || map.contains("frameworkVersion");
    let provider = map.get("provider").filter(|_| is_service)?;
    match provider.as_str() {
        // The whole section may stand in a file of its own.
        Some(text) if text.contains("${") => Some(Form::Aws),
        Some(name) => Some(named(name)),
        None => {
            let provider = provider.as_map()?;
            match provider.get("name") {
                Some(name) => Some(named(name.as_str()?)),
                // Without a name it is AWS, when it has settings of AWS.
                None => ["runtime", "region", "stage", "iam", "environment"]
                    .iter()
                    .any(|key| provider.contains(key))
                    .then_some(Form::Aws),
            }
        }
    }
}

fn named(name: &str) -> Form {
    if name == "aws" || name.contains("${") { Form::Aws } else { Form::Other(SmolStr::new(name)) }
}

fn path_of(service: &Node) -> Option<SmolStr> {
    service.as_map().and_then(|map: &Map| map.get("path")?.as_str()).map(SmolStr::new)
}

#[cfg(test)]
mod tests {
    use source_text::{FileId, Limits, parse_yaml};

    use super::{Form, could_be_service, form_of};

    fn form(text: &str) -> Option<Form> {
        let parsed = parse_yaml(FileId(0), text, &Limits::default()).unwrap();
        form_of(parsed.documents.first()?)
    }

    #[test]
    fn services_are_told_by_their_provider() {
        assert_eq!(form("service: a\nprovider:\n  name: aws\n"), Some(Form::Aws));
        assert_eq!(form("service: a\nprovider: aws\n"), Some(Form::Aws));
        assert_eq!(
            form("service: a\nprovider:\n  name: azure\n"),
            Some(Form::Other("azure".into()))
        );
        assert_eq!(form("services:\n  a:\n    path: a\n"), Some(Form::Compose(vec!["a".into()])));
        assert_eq!(form("services:\n  db:\n    image: x\n"), None);
        assert_eq!(form("provider:\n  name: aws\n"), None);
        assert_eq!(form("provider:\n  name: aws\nservice:\n  port: 80\n"), None);
    }

    #[test]
    fn a_glance_tells_other_yaml() {
        assert!(could_be_service("a/serverless.yml", ""));
        assert!(could_be_service("app.json", "{\n \"service\": \"a\",\n \"provider\": {} }"));
        assert!(!could_be_service("a.yml", "providers:\n- a\nservice: b"));
    }
}
