//! Laws over random policies and requests.

use iam_evaluation::{Context, PolicySet, PrincipalId, Request, Verdict, decide};
use iam_policy::{Effect, Policy};
use proptest::{prelude::*, sample::select};

use crate::support::policy;

const ACTIONS: [&str; 5] = ["s3:GetObject", "s3:*", "s3:get*", "*", "ec2:*"];
const RESOURCES: [&str; 9] = [
    "*",
    "arn:aws:s3:::a/*",
    "arn:aws:s3:::a/b",
    "arn:aws:s3:::?/b",
    "arn:aws:s3:::${Bucket}/b",
    "arn:aws:s3:::a/${Key}",
    "arn:aws:s3:::${app:k}/*",
    "arn:aws:s3:::a/${app:k, 'b'}",
    "arn:aws:s3",
];
const CONDITIONS: [&str; 10] = [
    "{}",
    "{}",
    "{StringEquals: {'app:k': a}}",
    "{StringNotEquals: {'app:k': [a, '${Hole}']}}",
    "{StringLikeIfExists: {'app:k': 'b*'}}",
    "{'ForAllValues:StringEquals': {'app:k': [a, b]}}",
    "{'ForAnyValue:StringNotLike': {'app:k': 'a*'}}",
    "{'Null': {'app:k': 'true'}}",
    "{NumericLessThan: {'app:n': 5}}",
    "{ArnLike: {'aws:PrincipalArn': 'arn:aws:iam::*:user/a*'}}",
];
const PRINCIPALS: [&str; 6] = [
    "'*'",
    "{AWS: '111122223333'}",
    "{AWS: 'arn:aws:iam::111122223333:user/ana'}",
    "{AWS: 'arn:aws:iam::111122223333:role/app'}",
    "{AWS: 'arn:aws:sts::111122223333:assumed-role/app/run'}",
    "{Service: lambda.amazonaws.com}",
];

fn statement(on_resource: bool) -> impl Strategy<Value = String> {
    let parts = (
        prop::bool::weighted(0.7),
        select(&ACTIONS[..]),
        prop::bool::weighted(0.85),
        select(&RESOURCES[..]),
        select(&CONDITIONS[..]),
        select(&PRINCIPALS[..]),
        prop::bool::weighted(0.85),
    );
    parts.prop_map(move |(allows, action, is_plain, resource, condition, principal, named)| {
        let effect = if allows { "Allow" } else { "Deny" };
        let not = |plain: bool| if plain { "" } else { "Not" };
        let principal = if on_resource {
            format!("{}Principal: {principal}, ", not(named))
        } else {
            String::new()
        };
        format!(
            "- {{Effect: {effect}, {principal}Action: '{action}', {}Resource: \"{resource}\", Condition: {condition}}}\n",
            not(is_plain)
        )
    })
}

fn document(on_resource: bool) -> impl Strategy<Value = String> {
    prop::collection::vec(statement(on_resource), 1..4).prop_map(|all| all.concat())
}

/// The texts of all policies of a request.
#[derive(Clone, Debug)]
struct World {
    identity: String,
    resource: Option<String>,
    boundary: Option<String>,
    session: Option<String>,
    organisation: Option<String>,
}

impl World {
    fn ask(&self, request: &Request, change: &dyn Fn(Policy) -> Policy) -> Verdict {
        let read = |text: &String| change(policy(text));
        let identity = read(&self.identity);
        let resource = self.resource.as_ref().map(read);
        let boundary = self.boundary.as_ref().map(read);
        let session = self.session.as_ref().map(read);
        let organisation = self.organisation.as_ref().map(read);
        let set = PolicySet {
            identity: vec![&identity],
            resource: resource.as_ref(),
            boundaries: boundary.as_ref().map(|policy| vec![policy]),
            session: session.as_ref(),
            service_control: organisation.iter().map(|policy| vec![policy]).collect(),
            ..PolicySet::default()
        };
        decide(&set, request).verdict
    }

    fn texts(&mut self) -> impl Iterator<Item = &mut String> {
        let Self { identity, resource, boundary, session, organisation } = self;
        [
            Some(identity),
            resource.as_mut(),
            boundary.as_mut(),
            session.as_mut(),
            organisation.as_mut(),
        ]
        .into_iter()
        .flatten()
    }
}

fn same(policy: Policy) -> Policy {
    policy
}

fn world() -> impl Strategy<Value = World> {
    let maybe = |on_resource| prop::option::weighted(0.4, document(on_resource));
    (document(false), maybe(true), maybe(false), maybe(false), maybe(false)).prop_map(
        |(identity, resource, boundary, session, organisation)| World {
            identity,
            resource,
            boundary,
            session,
            organisation,
        },
    )
}

fn request() -> impl Strategy<Value = Request> {
    let principals = select(
        &[
            "arn:aws:iam::111122223333:user/ana",
            "arn:aws:iam::111122223333:role/app",
            "arn:aws:sts::111122223333:assumed-role/app/run",
            "arn:aws:iam::111122223333:root",
            "lambda.amazonaws.com",
            "*",
        ][..],
    );
    let keys = (
        prop::option::of(prop::collection::vec(select(&["a", "b", "c", "*"][..]), 0..3)),
        prop::option::of(select(&["1", "9", "x"][..])),
    );
    let accounts = select(&["111122223333", "444455556666"][..]);
    (principals, accounts, select(&["a/b", "b/b", "a/a", "a"][..]), keys).prop_map(
        |(principal, account, name, (k, n))| {
            let mut request = Request::new(
                PrincipalId::new(principal),
                "s3:GetObject",
                format!("arn:aws:s3:::{name}"),
            );
            request.resource_account = Some(account.into());
            if let Some(values) = k {
                request.context.set("app:k", values);
            }
            if let Some(value) = n {
                request.context.set("app:n", [value]);
            }
            request
        },
    )
}

fn is_allowed(verdict: Verdict) -> Option<bool> {
    match verdict {
        Verdict::Allow => Some(true),
        Verdict::ExplicitDeny | Verdict::ImplicitDeny => Some(false),
        Verdict::Unknown => None,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn a_deny_always_wins(world in world(), request in request(), where_to in 0_usize..5) {
        let mut world = world;
        let on_resource = where_to == 1;
        let principal = if on_resource { "Principal: '*', " } else { "" };
        let deny = format!("- {{Effect: Deny, {principal}Action: 's3:*', Resource: '*'}}\n");
        let binds = !matches!(request.principal.name.as_str(), "*" | "lambda.amazonaws.com") || on_resource;
        let text = match where_to {
            0 => Some(&mut world.identity),
            1 => Some(world.resource.get_or_insert_default()),
            2 => Some(world.boundary.get_or_insert_default()),
            3 => Some(world.session.get_or_insert_default()),
            _ => Some(world.organisation.get_or_insert_default()),
        };
        text.unwrap().push_str(&deny);
        if binds {
            prop_assert_eq!(world.ask(&request, &same), Verdict::ExplicitDeny);
        }
    }

    #[test]
    fn one_more_allow_of_the_identity_never_takes_away(world in world(), request in request(), more in statement(false)) {
        let before = world.ask(&request, &same);
        let more = more.replace("Effect: Deny", "Effect: Allow");
        let after = World { identity: world.identity.clone() + &more, ..world.clone() }.ask(&request, &same);
        if before == Verdict::Allow {
            prop_assert_eq!(after, Verdict::Allow);
        }
        if before == Verdict::ExplicitDeny {
            prop_assert_eq!(after, Verdict::ExplicitDeny);
        }
        // Nor does an allow that is missing turn up as a deny that a statement makes.
        prop_assert!(before != Verdict::ImplicitDeny || after != Verdict::ExplicitDeny);
    }

    #[test]
    fn the_order_of_statements_does_not_matter(world in world(), request in request()) {
        let reversed = |mut policy: Policy| {
            policy.statements.reverse();
            policy
        };
        prop_assert_eq!(world.ask(&request, &same), world.ask(&request, &reversed));
    }

    #[test]
    fn the_case_of_an_action_and_of_a_key_does_not_matter(world in world(), request in request()) {
        let mut shouting = request.clone();
        shouting.action = shouting.action.to_ascii_uppercase().into();
        let keys: Vec<_> = request.context.iter().map(|(key, values)| (key.to_ascii_uppercase(), values.to_vec())).collect();
        shouting.context = keys.into_iter().collect();
        prop_assert_eq!(world.ask(&request, &same), world.ask(&shouting, &same));
    }

    #[test]
    fn a_known_answer_holds_whatever_fills_the_holes(world in world(), request in request(),
        bucket in select(&["a", "b", "*", ""][..]), key in select(&["b", "*", "?"][..]), hole in select(&["a", "b"][..])) {
        let before = is_allowed(world.ask(&request, &same));
        let mut filled = world.clone();
        for text in filled.texts() {
            *text = text.replace("${Bucket}", bucket).replace("${Key}", key).replace("${Hole}", hole);
        }
        if before.is_some() {
            prop_assert_eq!(before, is_allowed(filled.ask(&request, &same)));
        }
    }

    #[test]
    fn a_known_answer_holds_in_every_context(world in world(), request in request()) {
        let open = Request { context: Context::open(), ..request.clone() };
        if let Some(answer) = is_allowed(world.ask(&open, &same)) {
            let closed = is_allowed(world.ask(&request, &same));
            prop_assert!(closed.is_none_or(|closed| closed == answer), "{:?} {:?}", answer, closed);
        }
    }

    #[test]
    fn a_known_answer_for_a_pattern_holds_for_each_that_fits(world in world(), request in request(),
        (pattern, name) in select(&[("*", "a/b"), ("a/*", "a/b"), ("a/*", "a/"), ("?/b", "b/b"), ("*b", "a/bb")][..])) {
        let arn = |name: &str| Request { resource: format!("arn:aws:s3:::{name}").into(), ..request.clone() };
        if let Some(answer) = is_allowed(world.ask(&arn(pattern), &same)) {
            let one = is_allowed(world.ask(&arn(name), &same));
            prop_assert!(one.is_none_or(|one| one == answer), "{:?} {:?}", answer, one);
        }
    }

    #[test]
    fn who_is_allowed_has_an_allow_and_who_is_denied_a_deny(world in world(), request in request()) {
        let verdict = world.ask(&request, &same);
        let without = |effect: Effect| move |mut policy: Policy| {
            policy.statements.retain(|statement| statement.effect != effect);
            policy
        };
        let is_root = request.principal.name.ends_with(":root");
        if verdict == Verdict::Allow && !is_root {
            prop_assert_ne!(world.ask(&request, &without(Effect::Allow)), Verdict::Allow);
        }
        if verdict == Verdict::ExplicitDeny {
            let bare = world.ask(&request, &without(Effect::Deny));
            // `NotPrincipal` with an allow says nothing of this.
            prop_assert_ne!(bare, Verdict::ExplicitDeny);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn a_mangled_case_is_an_error_or_a_case(edits in prop::collection::vec((any::<prop::sample::Index>(),
        select(&["", "\"", "{", "}", "[", "]", ",", "null", "*", "${", "}", "?", "é", "Deny", "0", "\\u0000"][..])), 0..6)) {
        let mut text: Vec<char> = include_str!("../../../../fuzz/seeds/case.json").chars().collect();
        for (at, piece) in edits {
            let at = at.index(text.len());
            text.splice(at..=at, piece.chars());
        }
        let text: String = text.into_iter().collect();
        match iam_evaluation::case::Case::read(&text) {
            Ok(case) => drop(case.answer(&case.decide())),
            Err(error) => prop_assert!(!error.message.is_empty()),
        }
    }
}

/// Globs by the book: dynamic programming over characters.
fn by_the_book(pattern: &str, text: &str) -> bool {
    let text: Vec<char> = text.chars().collect();
    let mut row: Vec<bool> = (0..=text.len()).map(|at| at == 0).collect();
    for token in pattern.chars() {
        let mut next = vec![token == '*' && row[0]];
        for at in 0..text.len() {
            next.push(match token {
                '*' => row[at + 1] || next[at],
                '?' => row[at],
                letter => row[at] && letter == text[at],
            });
        }
        row = next;
    }
    row[text.len()]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(5_000))]

    #[test]
    fn globs_match_as_the_book_says(pattern in "[ab*?é]{0,12}", text in "[abé]{0,12}") {
        let allow = policy(&format!("- {{Effect: Allow, Action: '*', Resource: 'arn:aws:s3:::{pattern}'}}"));
        let set = PolicySet { identity: vec![&allow], ..PolicySet::default() };
        let principal = PrincipalId::new("arn:aws:iam::111122223333:user/ana");
        let request = Request::new(principal, "s3:GetObject", format!("arn:aws:s3:::{text}"));
        let expect = if by_the_book(&pattern, &text) { Verdict::Allow } else { Verdict::ImplicitDeny };
        prop_assert_eq!(decide(&set, &request).verdict, expect);
    }
}
