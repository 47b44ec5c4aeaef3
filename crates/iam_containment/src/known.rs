//! Requests that people would recognise: actions that AWS has, resources as policies spell them.

use iam_policy::{Effect, Policy, catalogue};
use smol_str::SmolStr;

use crate::{
    answer::{Reason, StatementAt, Suspect, Witness},
    atom::Key,
    cell::CellAnswer,
    confirm::Candidate,
    contains::Live,
    cover::Open,
    domain::Given,
    explore::Symbol,
    glob::{Glob, Holes, Token},
    limits::{Spent, Work},
    person::Person,
    program::Program,
    settle::{Settled, settle},
    solve::Assignment,
};

/// Likely requests that are looked at before all others.
const MAX_LIKELY: usize = 32;

/// An action of a witness.
#[derive(Clone, Debug)]
pub(crate) struct Action {
    pub(crate) text: SmolStr,
    /// Whether AWS has it.
    pub(crate) is_known: bool,
}

/// Both sides, as asked.
pub(crate) struct Asked<'a> {
    pub(crate) program: &'a Program,
    pub(crate) old: &'a [&'a Policy],
    pub(crate) new: &'a [&'a Policy],
}

/// The text of symbols without holes.
pub(crate) fn text(symbols: &[Symbol]) -> Option<String> {
    symbols
        .iter()
        .map(|symbol| match symbol {
            Symbol::Char(character) => Some(*character),
            Symbol::Hole(_) => None,
        })
        .collect()
}

/// The text of symbols, holes as policies spell them.
fn shown(symbols: &[Symbol], holes: &Holes) -> SmolStr {
    let mut text = String::new();
    for symbol in symbols {
        match symbol {
            Symbol::Char(character) => text.push(*character),
            Symbol::Hole(hole) => {
                text.push_str("${");
                text.push_str(holes.name(*hole));
                text.push('}');
            }
        }
    }
    text.into()
}

/// Whether a resource has the shape of one that an action is about.
pub(crate) fn is_about(action: catalogue::Known, resource: &[Symbol]) -> bool {
    let Some(text) = text(resource) else { return false };
    let parts = |text: &str| text.matches('/').count();
    action.resource_types().any(|used| {
        used.resource.arns().any(|shape| {
            parts(&shape) == parts(&text) && cloud_names::Pattern::new(&shape).may_match(&text)
        })
    })
}

/// A glob of actions as the catalogue takes it; `None` when it holds a hole.
pub(crate) fn pattern(glob: &Glob) -> Option<String> {
    glob.0
        .iter()
        .map(|token| match token {
            Token::Char(character) | Token::Folded(character) => Some(*character),
            Token::One { .. } => Some('?'),
            Token::Many { .. } => Some('*'),
            Token::Hole(_) => None,
        })
        .collect()
}

/// A few actions of what is still to be proven.
pub(crate) fn likely_actions(program: &Program, open: &Open) -> Vec<Vec<Symbol>> {
    let mut likely = Vec::new();
    for (_, globs) in &open.goals {
        let patterns = globs.iter().filter_map(|glob| pattern(program.actions.get(*glob)?));
        let all = globs.is_empty().then(|| "*".to_owned());
        for pattern in patterns.take(4).chain(all) {
            if let Some(action) = catalogue::expand(&pattern).next() {
                let text = action.to_string().to_ascii_lowercase();
                likely.push(text.chars().map(Symbol::Char).collect());
            }
            if likely.len() >= MAX_LIKELY {
                return likely;
            }
        }
    }
    likely
}

/// A readable resource for each of a few globs.
pub(crate) fn likely_resources(globs: &[&Glob], goals: Option<&[u32]>) -> Vec<Vec<Symbol>> {
    let mut likely = vec![vec![Symbol::Char('*')]];
    let any =
        || "arn:aws:example:us-east-1:111122223333:example".chars().map(Symbol::Char).collect();
    if goals.is_none() {
        // A statement that names no resource takes in those of which no glob tells.
        likely.push(any());
    }
    for (glob, at) in globs.iter().zip(0_u32..) {
        if goals.is_some_and(|goals| !goals.contains(&at)) {
            continue;
        }
        if glob.is_everything() {
            likely.push(any());
            continue;
        }
        let symbols = glob.0.iter().map(|token| match token {
            Token::Char(character) | Token::Folded(character) => Symbol::Char(*character),
            Token::One { .. } | Token::Many { .. } => Symbol::Char('x'),
            Token::Hole(hole) => Symbol::Hole(*hole),
        });
        likely.push(symbols.collect());
        if likely.len() >= MAX_LIKELY {
            break;
        }
    }
    likely
}

/// Makes a witness of a class that escapes, when the evaluation confirms it.
pub(crate) fn conclude(
    asked: &Asked<'_>,
    answer: &CellAnswer,
    action: &Action,
    resource: &[Symbol],
    person: &Person,
    live: &Live,
    work: &mut Work,
) -> Result<Result<Box<Witness>, Reason>, Spent> {
    let holes = &asked.program.holes;
    let source = |at: u32| -> Option<StatementAt> {
        let clause = asked.program.clauses.get(usize::try_from(at).ok()?)?;
        Some(StatementAt { policy: clause.source.0, statement: clause.source.1 })
    };
    let suspect = |allow: u32| {
        Box::new(Suspect {
            action: action.text.clone(),
            resource: shown(resource, holes),
            allowed_by: source(allow).unwrap_or_default(),
        })
    };
    match answer {
        CellAnswer::Contained => Ok(Err(Reason::TooManyParts)),
        CellAnswer::Open { allow } => {
            let settled =
                (person.hole.is_none()).then(|| settle(asked, resource, live, *allow)).flatten();
            let Some(Settled { resource, assignment }) = settled else {
                return Ok(Err(Reason::Hole(suspect(*allow))));
            };
            let answer = CellAnswer::Escapes { allow: *allow, deny: None, assignment };
            match conclude(asked, &answer, action, &resource, person, live, work)? {
                Ok(witness) => Ok(Ok(witness)),
                Err(_) => Ok(Err(Reason::Hole(suspect(*allow)))),
            }
        }
        CellAnswer::Escapes { allow, deny, assignment } => {
            let statements = |policies: &[&Policy]| -> usize {
                policies.iter().map(|policy| policy.statements.len()).sum()
            };
            work.spend(20 * (statements(asked.old) + statements(asked.new)))?;
            let candidate = Candidate { action: &action.text, resource, person, assignment };
            if !candidate.is_witness(asked.old, asked.new, holes) {
                return Ok(Err(Reason::Unconfirmed(suspect(*allow))));
            }
            let (context, deployment) = told(assignment, holes);
            let has_principals = live.iter().any(|(at, _)| {
                let clause = usize::try_from(*at).ok().and_then(|at| asked.program.clauses.get(at));
                clause.is_some_and(|clause| !clause.principals.is_absent)
            });
            let no_resource = catalogue::supports_resource(&action.text) == Some(false);
            let person = match person.hole {
                Some(_) => format!("${{{}}}", person.name.trim_matches(['$', '{', '}'])).into(),
                None => person.name.clone(),
            };
            Ok(Ok(Box::new(Witness {
                action: action.text.clone(),
                is_known_action: action.is_known,
                resource: if no_resource { "*".into() } else { shown(resource, holes) },
                principal: has_principals.then_some(person),
                context,
                deployment,
                allowed_by: source(*allow).unwrap_or_default(),
                denied_by: deny
                    .and_then(source)
                    .filter(|_| deny.is_some_and(|at| is_deny(asked, at))),
            })))
        }
    }
}

fn is_deny(asked: &Asked<'_>, at: u32) -> bool {
    let clause = usize::try_from(at).ok().and_then(|at| asked.program.clauses.get(at));
    clause.is_some_and(|clause| clause.effect == Effect::Deny)
}

type Context = Vec<(SmolStr, Vec<SmolStr>)>;

/// An assignment for people and programs: the context, and the deployment in words.
fn told(assignment: &Assignment, holes: &Holes) -> (Context, Vec<String>) {
    let mut context = Vec::new();
    let mut deployment = Vec::new();
    for (key, given) in assignment {
        match (key, given) {
            (Key::Context(key), Given::Absent) => context.push((key.clone(), Vec::new())),
            (Key::Context(key), Given::Values(values)) => {
                context
                    .push((key.clone(), values.iter().map(|value| shown(value, holes)).collect()));
            }
            (Key::Condition(name), Given::Deployment(value)) => {
                deployment.push(format!("`{name}` is {value}"));
            }
            (Key::Parameter(name), Given::Deployment(value)) => {
                deployment.push(format!("`{name}` is `{value}`"));
            }
            (Key::Default(name), Given::Deployment(value)) => {
                let not = if value == "true" { "keeps" } else { "does not keep" };
                deployment.push(format!("`{name}` {not} its default"));
            }
            _ => {}
        }
    }
    context.sort_unstable();
    deployment.sort_unstable();
    (context, deployment)
}
