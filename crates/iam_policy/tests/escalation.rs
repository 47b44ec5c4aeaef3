//! Every way up opens with the smallest policy that has it, and closes when anything is missing.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use iam_policy::{
    Policy,
    escalation::{
        Certainty, Holder, Need, On, OpenWay, Path, PathKind, Principal, open_ways, paths,
    },
    literal_terms,
};
use source_text::{FileId, Limits, parse_yaml};

fn policy(statements: &[String]) -> Policy {
    let text = format!("{{Statement: [{}]}}", statements.join(", "));
    let parsed = parse_yaml(FileId::default(), &text, &Limits::default()).unwrap();
    let (policy, diagnostics) = Policy::read(parsed.documents.first().unwrap(), &literal_terms);
    assert!(diagnostics.is_empty(), "{text}: {diagnostics:?}");
    policy
}

fn allow(action: &str, resource: &str) -> String {
    format!("{{Effect: Allow, Action: '{action}', Resource: '{resource}'}}")
}

fn deny(action: &str, resource: &str) -> String {
    format!("{{Effect: Deny, Action: '{action}', Resource: '{resource}'}}")
}

fn allow_when(action: &str, resource: &str, condition: &str) -> String {
    format!("{{Effect: Allow, Action: '{action}', Resource: '{resource}', Condition: {condition}}}")
}

fn with<T>(statements: &[String], look: impl Fn(&[OpenWay<'_>]) -> T) -> T {
    let policy = policy(statements);
    let holder = Holder { policies: vec![&policy], ..Holder::default() };
    look(&open_ways(&holder, Principal::Any))
}

/// How sure one path is; paths that need only some of its actions do not hide it here.
fn certainty(statements: &[String], path: &Path) -> Option<Certainty> {
    with(statements, |ways| {
        ways.iter()
            .filter(|way| way.path.id == path.id || path.is_longer_than(way.path))
            .map(|way| way.certainty)
            .min()
    })
}

fn ids(statements: &[String]) -> Vec<(&'static str, Certainty)> {
    with(statements, |ways| ways.iter().map(|way| (way.path.id, way.certainty)).collect())
}

/// What takes in every thing that a need is about, and the like of it with a name of its own.
fn resources(need: &Need) -> (String, String) {
    let iam = |begin: &str| {
        (format!("arn:aws:iam::*:{begin}/*"), format!("arn:aws:iam::111122223333:{begin}/tenant-a"))
    };
    match need.on {
        On::Own if need.action.contains("User") => iam("user"),
        On::Own | On::Role => iam("role"),
        On::OwnPolicy | On::RolePolicy => iam("policy"),
        On::OwnGroup | On::Group => iam("group"),
        On::User => iam("user"),
        On::Running(thing) | On::New(thing) => {
            let named = thing.arn("tenant-a").replace("${AWS::Region}", "eu-west-1");
            (thing.arn("*"), named.replace("${AWS::AccountId}", "111122223333"))
        }
        On::Everything => ("*".to_owned(), "arn:aws:iam::111122223333:role/tenant-a".to_owned()),
    }
}

fn smallest(path: &Path) -> Vec<String> {
    path.needs.iter().map(|need| allow(need.action, &resources(need).0)).collect()
}

#[test]
fn each_path_opens_with_its_smallest_policy() {
    for path in paths() {
        assert_eq!(certainty(&smallest(path), path), Some(Certainty::Certain), "{}", path.id);
    }
}

#[test]
fn each_path_closes_when_one_action_is_missing_denied_or_of_another_service() {
    for path in paths() {
        for (at, need) in path.needs.iter().enumerate() {
            // Shorter paths may stay open: only the path itself is asked for.
            let is_open = |statements: &[String]| {
                with(statements, |ways| ways.iter().any(|way| way.path.id == path.id))
            };
            let mut missing = smallest(path);
            missing.remove(at);
            if path.needs.iter().filter(|other| other.action == need.action).count() == 1 {
                assert!(!is_open(&missing), "{} without {}", path.id, need.action);
            }
            let mut denied = smallest(path);
            denied.push(deny(need.action, "*"));
            assert!(!is_open(&denied), "{} without {}", path.id, need.action);
            let mut elsewhere = smallest(path);
            elsewhere[at] = allow(need.action, "arn:aws:sqs:eu-west-1:111122223333:orders");
            assert!(!is_open(&elsewhere), "{}: {} elsewhere", path.id, need.action);
        }
    }
}

#[test]
fn a_named_resource_is_no_more_than_possible() {
    for path in paths() {
        for (at, need) in path.needs.iter().enumerate() {
            let mut narrow = smallest(path);
            narrow[at] = allow(need.action, &resources(need).1);
            let found = with(&narrow, |ways| {
                ways.iter().find(|way| way.path.id == path.id).map(|way| way.certainty)
            });
            let expected = (need.on != On::Everything).then_some(Certainty::Possible);
            if found.is_some() || need.on == On::Everything {
                assert_eq!(found, expected, "{}: {}", path.id, need.action);
            }
        }
    }
}

#[test]
fn a_role_is_passed_only_to_the_service_of_the_path() {
    for path in paths().filter(|path| path.kind == PathKind::PassRole) {
        let Some(service) = path.trusts.first() else { continue };
        let pinned = |service: &str| {
            let mut statements = smallest(path);
            let condition = format!("{{StringEquals: {{'iam:PassedToService': {service}}}}}");
            statements[0] = allow_when("iam:PassRole", "arn:aws:iam::*:role/*", &condition);
            statements
        };
        let certain = Some(Certainty::Certain);
        assert_eq!(certainty(&pinned(service), path), certain, "{}", path.id);
        let is_open = with(&pinned("support.amazonaws.com"), |ways| {
            ways.iter().any(|way| way.path.id == path.id)
        });
        assert!(!is_open, "{}", path.id);
    }
}

#[test]
fn what_is_made_and_what_is_run_must_bear_one_name() {
    let make = |name: &str| {
        ids(&[
            allow("iam:PassRole", "*"),
            allow("lambda:CreateFunction", "arn:aws:lambda:*:*:function:build-*"),
            allow("lambda:InvokeFunction", &format!("arn:aws:lambda:*:*:function:{name}")),
        ])
    };
    assert_eq!(make("build-*"), [("lambda-001", Certainty::Certain)]);
    assert_eq!(make("orders-*"), []);
}

/// The traps that peers fall into, each with what is said of it.
#[test]
fn traps_are_told() {
    let has = |statements: &[String], id: &str| {
        ids(statements).into_iter().find(|(known, _)| *known == id).map(|(_, certainty)| certainty)
    };
    let certain = Some(Certainty::Certain);
    assert_eq!(has(&[allow("iam:CreateAccessKe?", "*")], "iam-002"), certain);
    let pass = [
        allow("iam:PassRole", "arn:aws:iam::*:role/*"),
        allow("lambda:CreateFunction", "*"),
        allow("lambda:Invoke*", "*"),
    ];
    assert_eq!(has(&pass, "lambda-001"), certain);
    let not_resource = "{Effect: Allow, Action: 'iam:*', NotResource: 'arn:aws:iam::*:role/safe'}";
    assert_eq!(has(&[not_resource.to_owned()], "iam-002"), certain);
    let all_but = "{Effect: Allow, NotAction: 'iam:*', Resource: '*'}".to_owned();
    assert_eq!(has(std::slice::from_ref(&all_but), "lambda-003"), certain);
    assert_eq!(has(&[all_but], "iam-005"), None);
    assert_eq!(has(&[allow("lambda:UpdateFunctionConfiguration", "*")], "fg-lambda-001"), certain);
    let rest = [allow("*", "*"), deny("iam:*", "*")];
    assert_eq!(has(&rest, "lambda-003"), certain);
    assert_eq!(has(&rest, "sts-001"), certain);
    assert_eq!(has(&rest, "ssm-002"), certain);
    assert!(ids(&rest).iter().all(|(id, _)| !id.contains("iam")), "{:?}", ids(&rest));
    assert_eq!(has(&rest, "lambda-001"), None, "nothing can be passed");
}

#[test]
fn a_condition_makes_a_way_conditional_and_says_so() {
    for (condition, words) in [
        (
            "{Bool: {'aws:MultiFactorAuthPresent': 'true'}}",
            "`aws:MultiFactorAuthPresent` is `true`",
        ),
        ("{IpAddress: {'aws:SourceIp': 10.0.0.0/8}}", "`aws:SourceIp` is in `10.0.0.0/8`"),
        (
            "{StringEquals: {'aws:PrincipalTag/team': admins}}",
            "`aws:PrincipalTag/team` is `admins`",
        ),
        ("{'Null': {'aws:TokenIssueTime': 'true'}}", "`aws:TokenIssueTime` is missing"),
    ] {
        with(&[allow_when("iam:*", "*", condition)], |ways| {
            let way = ways.iter().find(|way| way.path.id == "iam-005").unwrap();
            assert_eq!(way.certainty, Certainty::Conditional, "{condition}");
            assert_eq!(way.only_when, [words]);
        });
    }
}

#[test]
fn what_whoever_asks_may_choose_closes_nothing() {
    let own = |condition: &str| {
        let statement = allow_when("iam:AttachRolePolicy", "*", condition);
        ids(&[statement]).first().map(|(_, certainty)| *certainty)
    };
    let certain = Some(Certainty::Certain);
    assert_eq!(own("{StringEquals: {'aws:RequestedRegion': eu-west-1}}"), certain);
    assert_eq!(own("{Bool: {'aws:SecureTransport': 'true'}}"), certain);
    assert_eq!(own("{Bool: {'aws:SecureTransport': 'false'}}"), None);
    let policy = |operator: &str, name: &str| {
        own(&format!("{{{operator}: {{'iam:PolicyARN': 'arn:aws:iam::{name}'}}}}"))
    };
    assert_eq!(policy("ArnLike", "aws:policy/*"), certain);
    assert_eq!(policy("ArnEquals", "aws:policy/AmazonS3ReadOnlyAccess"), None);
    assert_eq!(policy("ArnNotEquals", "aws:policy/AdministratorAccess"), certain);
    assert_eq!(
        policy("ArnEquals", "111122223333:policy/tenant"),
        Some(Certainty::Conditional),
        "what that policy allows is not known"
    );
}

#[test]
fn a_conditional_deny_leaves_a_conditional_way() {
    let denied = |condition: &str| {
        let deny =
            format!("{{Effect: Deny, Action: 'iam:*', Resource: '*', Condition: {condition}}}");
        ids(&[allow("iam:PutRolePolicy", "*"), deny]).first().map(|(_, certainty)| *certainty)
    };
    let mfa = "{BoolIfExists: {'aws:MultiFactorAuthPresent': 'false'}}";
    assert_eq!(denied(mfa), Some(Certainty::Conditional));
    let region = "{StringNotEquals: {'aws:RequestedRegion': eu-west-1}}";
    assert_eq!(denied(region), Some(Certainty::Certain));
    assert_eq!(denied("{Bool: {'aws:SecureTransport': 'true'}}"), None);
}

#[test]
fn a_boundary_takes_away_what_it_does_not_allow() {
    let own = policy(&[allow("iam:PutRolePolicy", "*"), allow("lambda:UpdateFunctionCode", "*")]);
    let within = policy(&[allow("lambda:*", "*")]);
    let ids = |boundary: Option<&Policy>, unknown: Option<&str>| -> Vec<_> {
        let holder =
            Holder { policies: vec![&own], boundary, unknown_boundary: unknown.map(Into::into) };
        let ways = open_ways(&holder, Principal::Role);
        ways.iter().map(|way| (way.path.id, way.certainty)).collect()
    };
    let certain = Certainty::Certain;
    assert_eq!(ids(None, None), [("iam-005", certain), ("lambda-003", certain)]);
    assert_eq!(ids(Some(&within), None), [("lambda-003", certain)]);
    assert!(ids(None, Some("Team")).iter().all(|(_, it)| *it == Certainty::Conditional));
}

#[test]
fn a_role_takes_no_way_that_is_for_users() {
    let policy = policy(&[allow("iam:AttachUserPolicy", "*")]);
    let holder = Holder { policies: vec![&policy], ..Holder::default() };
    let certainty = |principal| open_ways(&holder, principal).first().map(|way| way.certainty);
    assert_eq!(certainty(Principal::User), Some(Certainty::Certain));
    assert_eq!(certainty(Principal::Role), Some(Certainty::Conditional));
}
