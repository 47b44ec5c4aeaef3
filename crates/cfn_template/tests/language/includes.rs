//! `AWS::Include` with files in memory.

use std::collections::HashMap;

use cfn_template::{lower, resolve_includes};
use source_text::{FileId, Limits, ReadError, ReadFile, Sources, parse_yaml};

struct Files {
    sources: Sources,
    files: HashMap<&'static str, &'static str>,
}

impl ReadFile for Files {
    fn read(&self, _from: FileId, path: &str) -> Result<FileId, ReadError> {
        let path = path.trim_start_matches("./");
        if path.starts_with("..") {
            return Err(ReadError::Outside { path: path.to_owned() });
        }
        let text = self.files.get(path).ok_or(ReadError::NotFound { path: path.to_owned() })?;
        Ok(self.sources.add(path, *text))
    }

    fn sources(&self) -> &Sources {
        &self.sources
    }
}

#[track_caller]
fn check_include(input: &str, expect: &str, remarks: &[&str]) {
    let files = Files {
        sources: Sources::default(),
        files: HashMap::from([
            ("api.yaml", "paths: {/a: !Ref Orders}"),
            ("more.yaml", "Fn::Transform: {Name: AWS::Include, Parameters: {Location: api.yaml}}"),
            (
                "self.yaml",
                "a: {Fn::Transform: {Name: AWS::Include, Parameters: {Location: self.yaml}}}",
            ),
            ("list.yaml", "[a]"),
            ("bad.yaml", "a: [b"),
        ]),
    };
    let root = files.sources.add("template.yaml", input);
    let parsed = parse_yaml(root, input, &Limits::default()).unwrap();
    let (node, _) = lower(parsed.documents.into_iter().next().unwrap());
    let (found, diagnostics) = resolve_includes(node, Some(&files));
    let wanted = crate::parse(expect);
    assert!(found.same(&wanted), "{input}\nfound  {found:?}\nwanted {wanted:?}");
    for (found, wanted) in diagnostics.iter().map(|it| &it.message).zip(remarks) {
        assert!(found.starts_with(wanted), "{found}");
    }
    assert_eq!(diagnostics.len(), remarks.len(), "{diagnostics:?}");
}

fn include(location: &str) -> String {
    format!("{{Fn::Transform: {{Name: AWS::Include, Parameters: {{Location: {location}}}}}}}")
}

#[test]
fn a_file_stands_where_it_is_named() {
    let api = "{paths: {/a: {Ref: Orders}}}";
    check_include(&format!("Body: {}", include("./api.yaml")), &format!("Body: {api}"), &[]);
    check_include(&format!("Body: {}", include("more.yaml")), &format!("Body: {api}"), &[]);
    let beside =
        "Body: {x: 1, 'Fn::Transform': {Name: AWS::Include, Parameters: {Location: api.yaml}}}";
    check_include(beside, "Body: {x: 1, paths: {/a: {Ref: Orders}}}", &[]);
    let top = "Transform: {Name: AWS::Include, Parameters: {Location: api.yaml}}";
    check_include(top, &format!("{top}\npaths: {{/a: {{Ref: Orders}}}}"), &[]);
}

#[test]
fn files_that_are_not_read_are_said() {
    for (location, remark) in [
        ("s3://bucket/api.yaml", "include `s3://bucket/api.yaml` is not a local file"),
        ("/etc/passwd", "include `/etc/passwd` is not a local file"),
        ("../up.yaml", "`../up.yaml` lies outside the scanned folder"),
        ("none.yaml", "there is no file `none.yaml`"),
        ("{Ref: Free}", "the location of this include is computed"),
        ("bad.yaml", "include `bad.yaml`: this is not valid YAML"),
        ("template.yaml", "there is no file"),
    ] {
        let input = format!("Body: {}", include(location));
        check_include(&input, &input, &[remark]);
    }
}

#[test]
fn a_file_that_includes_itself_is_put_in_once() {
    let inner = include("self.yaml");
    let remark = "include `self.yaml` includes itself";
    check_include(&format!("B: {inner}"), &format!("B: {{a: {inner}}}"), &[remark]);
}
