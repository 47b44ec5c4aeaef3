//! SAM expansion against the templates that AWS's translator makes of the same input.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    fs,
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
};

use serde_json::{Map, Value};
use source_text::{FileId, Level, Limits, parse_yaml, to_json_compact};

use super::{
    SamDemands,
    difference::{Difference, canonical, first, without_digests},
};
use crate::{Failure, Outcome, workspace};

/// Types that decide what an application may do and who may call it.
const LISTED: [&str; 17] = [
    "AWS::ApiGateway::Authorizer",
    "AWS::ApiGateway::RestApi",
    "AWS::ApiGateway::Stage",
    "AWS::ApiGatewayV2::Api",
    "AWS::ApiGatewayV2::Authorizer",
    "AWS::ApiGatewayV2::Stage",
    "AWS::IAM::ManagedPolicy",
    "AWS::IAM::Policy",
    "AWS::IAM::Role",
    "AWS::Lambda::Alias",
    "AWS::Lambda::EventInvokeConfig",
    "AWS::Lambda::EventSourceMapping",
    "AWS::Lambda::Function",
    "AWS::Lambda::LayerVersion",
    "AWS::Lambda::Permission",
    "AWS::Lambda::Url",
    "AWS::Lambda::Version",
];

/// The region that AWS's tests assume.
const REGION: &str = "ap-southeast-1";

/// What became of one case.
struct Case {
    name: String,
    result: Result<Compared, Broken>,
    /// Whether the template is equal, too, when the region is not known, as `faasguard expand` has
    /// it without settings.
    equal_without_region: bool,
}

/// Why there is nothing to compare.
enum Broken {
    Panicked,
    /// The input is not YAML, in the parser's words.
    Unread(String),
}

/// What our expansion of a case is like.
enum Compared {
    /// AWS refuses the input; whether we do, too.
    Error {
        refused: bool,
    },
    Template(Comparison),
}

/// Our template beside AWS's.
#[derive(Default)]
struct Comparison {
    whole: bool,
    with_digests: bool,
    listed: bool,
    /// We report an error about a template that AWS accepts.
    false_error: Option<String>,
    /// Resource (or section) and the first path in it that differs.
    differences: Vec<String>,
    /// For each type: expected resources, and how many are equal.
    types: BTreeMap<String, (u64, u64)>,
}

/// Compares every case, prints the figures and returns the demands that are not met.
pub(super) fn run(folder: &Path, demands: &SamDemands, list: bool) -> Result<Vec<String>, Failure> {
    let mut cases = Vec::new();
    for input in workspace::files(&folder.join("input"))? {
        let Some(name) = input.file_stem().map(|name| name.to_string_lossy().into_owned()) else {
            continue;
        };
        let expected = read_json(&folder.join("output").join(format!("{name}.json")))?;
        let text = fs::read_to_string(&input)?;
        let compared = |region: Option<&str>| {
            catch_unwind(AssertUnwindSafe(|| compare(&text, &expected, region)))
                .unwrap_or(Err(Broken::Panicked))
        };
        let equal_without_region = matches!(compared(None), Ok(Compared::Template(c)) if c.whole);
        cases.push(Case { name, result: compared(Some(REGION)), equal_without_region });
    }
    let report = folder.with_file_name("sam-differences.txt");
    let differences = differences(&cases, demands);
    fs::write(&report, &differences)?;
    if list {
        print!("{differences}");
    }
    print_types(&cases);
    let unmet = judge(&cases, demands);
    println!("sam: every difference stands in {}", report.display());
    Ok(unmet)
}

/// Prints what is expected, what we make, and the differences of one case.
pub(super) fn show(folder: &Path, name: &str) -> Outcome {
    let expected = read_json(&folder.join("output").join(format!("{name}.json")))?;
    let text = fs::read_to_string(folder.join("input").join(format!("{name}.yaml")))?;
    let (actual, errors) = expand(&text, Some(REGION))?;
    for error in errors {
        println!("error: {error}");
    }
    let (expected, actual) = (normal(&expected, &actual), normal(&actual, &expected));
    for (what, expected, actual) in parts(&expected, &actual) {
        if let Some(difference) = difference_of(expected, actual) {
            let text = |value: Option<Value>| {
                value.map_or_else(|| "nothing".to_owned(), |value| format!("{value:#}"))
            };
            println!("{}", join(&what, &difference.path));
            println!("expected: {}", text(difference.expected));
            println!("actual:   {}\n", text(difference.actual));
        }
    }
    Ok(())
}

fn read_json(path: &Path) -> Result<Value, Failure> {
    let text = fs::read_to_string(path)?;
    serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()).into())
}

/// With the facts that AWS's tests assume: the ordinary partition and default parameters.
fn expand(text: &str, region: Option<&str>) -> Result<(Value, Vec<String>), Failure> {
    let parsed = parse_yaml(FileId(0), text, &Limits::default())?;
    let document = parsed.documents.into_iter().next().ok_or("an empty file")?;
    let (template, mut diagnostics) = cfn_template::lower(document);
    let options = sam_transform::Options {
        partition: Some("aws".into()),
        region: region.map(Into::into),
        packaged: true,
        ..sam_transform::Options::default()
    };
    let expanded = sam_transform::expand(&template, &options, None);
    diagnostics.extend(expanded.diagnostics);
    let errors = diagnostics
        .into_iter()
        .filter(|diagnostic| diagnostic.level == Level::Error)
        .map(|diagnostic| format!("line {}: {}", diagnostic.place.line, diagnostic.message));
    let template = serde_json::from_str(&to_json_compact(&expanded.template))?;
    Ok((template, errors.collect()))
}

fn compare(text: &str, expected: &Value, region: Option<&str>) -> Result<Compared, Broken> {
    let is_error = expected.get("errorMessage").is_some();
    let (actual, errors) = match expand(text, region) {
        Ok(expanded) => expanded,
        Err(_) if is_error => return Ok(Compared::Error { refused: true }),
        Err(error) => return Err(Broken::Unread(error.to_string())),
    };
    if is_error {
        return Ok(Compared::Error { refused: !errors.is_empty() });
    }
    let with_digests = canonical(expected) == canonical(&actual);
    let (expected, actual) = (normal(expected, &actual), normal(&actual, expected));
    let mut comparison = Comparison {
        listed: true,
        with_digests,
        false_error: errors.into_iter().next(),
        ..Comparison::default()
    };
    for (what, expected, actual) in parts(&expected, &actual) {
        let difference = difference_of(expected, actual);
        let type_ = |value: Option<&Value>| Some(value?.get("Type")?.as_str()?.to_owned());
        if what.starts_with("Resources/")
            && let Some(type_) = type_(expected).or_else(|| type_(actual))
        {
            let (all, equal) = comparison.types.entry(type_.clone()).or_default();
            *all += u64::from(expected.is_some());
            *equal += u64::from(difference.is_none());
            comparison.listed &= difference.is_none() || !LISTED.contains(&type_.as_str());
        }
        if let Some(difference) = difference {
            let verb = match (&difference.expected, &difference.actual) {
                (_, None) => "is missing",
                (None, _) => "is surplus",
                _ => "differs",
            };
            comparison.differences.push(format!("{} {verb}", join(&what, &difference.path)));
        }
    }
    comparison.whole = comparison.differences.is_empty();
    Ok(Compared::Template(comparison))
}

/// The path of a difference in a part, from the top of the template.
fn join(part: &str, path: &str) -> String {
    if path.is_empty() { part.to_owned() } else { format!("{part}/{path}") }
}

fn normal(template: &Value, other: &Value) -> Value {
    canonical(&without_digests(template, other))
}

/// Where a part differs; a part that only one side has differs as a whole.
fn difference_of(expected: Option<&Value>, actual: Option<&Value>) -> Option<Difference> {
    if let (Some(expected), Some(actual)) = (expected, actual) {
        return first(expected, actual);
    }
    Some(Difference { path: String::new(), expected: expected.cloned(), actual: actual.cloned() })
}

type Part<'a> = (String, Option<&'a Value>, Option<&'a Value>);

/// The resources one by one, and the other sections as wholes. An empty section is no section.
fn parts<'a>(expected: &'a Value, actual: &'a Value) -> Vec<Part<'a>> {
    let empty = |value: &&Value| value.as_object().is_none_or(|map| !map.is_empty());
    let section = |template: &'a Value, key: &str| template.get(key).filter(empty);
    let keys = |a: Option<&'a Value>, b: Option<&'a Value>| {
        let maps = [a, b].into_iter().flatten().filter_map(Value::as_object);
        let mut keys: Vec<&'a String> = maps.flat_map(Map::keys).collect();
        keys.sort_unstable();
        keys.dedup();
        keys
    };
    let mut parts = Vec::new();
    for key in keys(Some(expected), Some(actual)) {
        let (a, b) = (section(expected, key), section(actual, key));
        if key == "Resources" {
            for id in keys(a, b) {
                let of = |section: Option<&'a Value>| section.and_then(|map| map.get(id));
                parts.push((format!("Resources/{id}"), of(a), of(b)));
            }
        } else if a.is_some() || b.is_some() {
            parts.push((key.clone(), a, b));
        }
    }
    parts
}

/// One line for each difference, case by case.
fn differences(cases: &[Case], demands: &SamDemands) -> String {
    let mut text = String::new();
    for Case { name, result, .. } in cases {
        let known = demands.known.get(name).map(|reason| format!(" (known: {reason})"));
        let known = known.unwrap_or_default();
        let mut line = |what: &str| {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{name}: {what}{known}");
        };
        match result {
            Err(Broken::Panicked) => line("panicked"),
            Err(Broken::Unread(reason)) => line(&format!("not read: {reason}")),
            Ok(Compared::Error { refused: false }) => line("should be refused with an error"),
            Ok(Compared::Error { refused: true }) => {}
            Ok(Compared::Template(comparison)) => {
                if let Some(error) = &comparison.false_error {
                    line(&format!("has an error that AWS does not see: {error}"));
                }
                comparison.differences.iter().for_each(|difference| line(difference));
            }
        }
    }
    text
}

/// Types of which some resource differs, worst first.
fn print_types(cases: &[Case]) {
    let mut types: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    for case in cases {
        if let Ok(Compared::Template(comparison)) = &case.result {
            for (type_, (all, equal)) in &comparison.types {
                let sum = types.entry(type_).or_default();
                *sum = (sum.0 + all, sum.1 + equal);
            }
        }
    }
    let mut types: Vec<_> = types.into_iter().filter(|(_, (all, equal))| equal < all).collect();
    types.sort_by_key(|(type_, (all, equal))| (std::cmp::Reverse(all - equal), *type_));
    for (type_, (all, equal)) in types {
        println!("sam: {equal:>5} of {all:>5} equal: {type_}");
    }
}

/// Prints the figures and names the demands that they do not meet.
fn judge(cases: &[Case], demands: &SamDemands) -> Vec<String> {
    let templates: Vec<(&String, &Comparison)> = cases
        .iter()
        .filter_map(|case| match &case.result {
            Ok(Compared::Template(comparison)) => Some((&case.name, comparison)),
            _ => None,
        })
        .collect();
    let broken: Vec<&str> =
        cases.iter().filter(|c| c.result.is_err()).map(|c| c.name.as_str()).collect();
    let refused: Vec<bool> = cases
        .iter()
        .filter_map(|case| match case.result {
            Ok(Compared::Error { refused }) => Some(refused),
            _ => None,
        })
        .collect();
    let count = |test: fn(&Comparison) -> bool| templates.iter().filter(|(_, c)| test(c)).count();
    // A case that broke is a template that is not equal.
    let all = templates.len() + broken.len();
    let mut unmet = Vec::new();
    let mut demand = |what: &str, count: usize, of: usize, least: f64| {
        let percent = percent(count, of);
        println!("sam: {what}: {count} of {of}, {percent:.1} % (demanded {least} %)");
        if percent < least {
            unmet.push(format!("{what}: {percent:.1} % is below {least} %"));
        }
    };
    demand("whole template equal", count(|c| c.whole), all, demands.whole_equal_percent);
    let without_region = cases.iter().filter(|case| case.equal_without_region).count();
    let least = demands.without_region_equal_percent;
    demand("whole template equal without a region", without_region, all, least);
    demand("listed types equal", count(|c| c.listed), all, demands.listed_equal_percent);
    let right = refused.iter().filter(|refused| **refused).count();
    demand("errors reported", right, refused.len(), demands.errors_percent);
    println!("sam: equal in the digests of logical ids, too: {}", count(|c| c.with_digests));
    println!("sam: with an error that AWS does not see: {}", count(|c| c.false_error.is_some()));
    if !broken.is_empty() {
        unmet.push(format!("panicked or unread: {}", broken.join(", ")));
    }
    for name in demands.known.keys() {
        if !templates.iter().any(|(case, c)| *case == name && !c.whole) {
            unmet
                .push(format!("`{name}` no longer differs; take it out of xtask/conformance.toml"));
        }
    }
    unmet
}

/// 100 % of nothing.
#[expect(clippy::cast_precision_loss, reason = "there are hundreds of cases")]
fn percent(count: usize, of: usize) -> f64 {
    if of == 0 { 100.0 } else { 100.0 * count as f64 / of as f64 }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Compared, Comparison, compare};

    const TEMPLATE: &str = "Resources:\n  Jobs: {Type: AWS::SQS::Queue}\n";

    fn comparison(text: &str, expected: &Value) -> Comparison {
        match compare(text, expected, None) {
            Ok(Compared::Template(comparison)) => comparison,
            _ => panic!("a template was expected"),
        }
    }

    #[test]
    fn an_equal_template_is_equal() {
        let expected = json!({"Resources": {"Jobs": {"Type": "AWS::SQS::Queue"}}, "Outputs": {}});
        let comparison = comparison(TEMPLATE, &expected);
        assert_eq!(comparison.differences, [""; 0]);
        assert!(comparison.whole && comparison.listed);
    }

    #[test]
    fn each_resource_that_differs_is_named_and_only_some_types_are_listed() {
        let expected = json!({"Resources": {
            "Jobs": {"Type": "AWS::SQS::Queue", "Properties": {"FifoQueue": true}}}});
        let queue = comparison(TEMPLATE, &expected);
        assert_eq!(queue.differences, ["Resources/Jobs/Properties is missing"]);
        assert!(!queue.whole && queue.listed);

        let role = json!({"Resources": {
            "Jobs": {"Type": "AWS::SQS::Queue"}, "Role": {"Type": "AWS::IAM::Role"}}});
        let role = comparison(TEMPLATE, &role);
        assert_eq!(role.differences, ["Resources/Role is missing"]);
        assert!(!role.listed);
    }

    #[test]
    fn an_input_that_aws_refuses_counts_only_when_we_refuse_it() {
        let expected = json!({"errorMessage": "no"});
        let refused =
            |text| matches!(compare(text, &expected, None), Ok(Compared::Error { refused: true }));
        assert!(!refused(TEMPLATE));
        assert!(refused("- a\n- list\n"));
    }
}
