//! Requests that the search leaves open because of a hole, and that are new all the same: whatever
//! the text of the hole is, or because the request itself chooses it.

use iam_policy::{Effect, Policy, Statement};

use crate::{
    atom::Key,
    confirm::{filling_of_deployment, variable_key},
    contains::Live,
    domain::Given,
    explore::Symbol,
    glob::{Glob, Holes, Token, is_policy_variable},
    known::Asked,
    program::Side,
    solve::Assignment,
};

/// A request to be put to the evaluation.
pub(crate) struct Settled {
    pub(crate) resource: Vec<Symbol>,
    pub(crate) assignment: Assignment,
}

/// The request of an open class, when no text of a hole keeps it from being new.
pub(crate) fn settle(
    asked: &Asked<'_>,
    resource: &[Symbol],
    live: &Live,
    allow: u32,
) -> Option<Settled> {
    if !asked.old.iter().chain(asked.new).all(|policy| stands_always(policy)) {
        return None;
    }
    let holes = &asked.program.holes;
    let is_of_request = holes.names().all(is_policy_variable);
    if !is_of_request && !is_new_for_all(asked, resource, live, allow) {
        return None;
    }
    Some(Settled { resource: filled(resource, holes), assignment: chosen(holes) })
}

/// Whether the new side allows it without conditions, and no statement of the old side fits,
/// whatever the texts of the holes are.
fn is_new_for_all(asked: &Asked<'_>, resource: &[Symbol], live: &Live, allow: u32) -> bool {
    live.iter().all(|(at, must)| {
        let clause = usize::try_from(*at).ok().and_then(|at| asked.program.clauses.get(at));
        let Some(clause) = clause else { return false };
        match (clause.side, clause.effect) {
            (Side::New, Effect::Deny) => false,
            (Side::New, Effect::Allow) => *at != allow || (*must && clause.atoms.is_empty()),
            (Side::Old, Effect::Deny) => true,
            (Side::Old, Effect::Allow) => {
                let resources = &clause.resources;
                !resources.negated
                    && !resources.is_absent
                    && resources.globs.iter().all(|glob| {
                        let glob = asked.program.resources.get(*glob);
                        glob.is_some_and(|glob| never_matches(glob, resource))
                    })
            }
        }
    })
}

/// Whether a glob matches a text for no texts of the holes: equal beginnings and ends, in which equal
/// holes are equal, are taken away; what is left must differ.
fn never_matches(glob: &Glob, text: &[Symbol]) -> bool {
    let (mut glob, mut text) = (&*glob.0, text);
    while let ([token, tokens @ ..], [symbol, symbols @ ..]) = (glob, text) {
        match is_equal(*token, *symbol) {
            Some(true) => (glob, text) = (tokens, symbols),
            Some(false) => return true,
            None => break,
        }
    }
    while let ([tokens @ .., token], [symbols @ .., symbol]) = (glob, text) {
        match is_equal(*token, *symbol) {
            Some(true) => (glob, text) = (tokens, symbols),
            Some(false) => return true,
            None => break,
        }
    }
    let takes_some = |token: &Token| !matches!(token, Token::Many { .. } | Token::Hole(_));
    (glob.is_empty() && text.iter().any(|symbol| matches!(symbol, Symbol::Char(_))))
        || (text.is_empty() && glob.iter().any(takes_some))
}

/// Whether a token stands for the symbol and nothing else; `None` when its length is not known.
fn is_equal(token: Token, symbol: Symbol) -> Option<bool> {
    match (token, symbol) {
        (Token::Char(own), Symbol::Char(other)) => Some(own == other),
        (Token::Folded(own), Symbol::Char(other)) => Some(own == other.to_ascii_lowercase()),
        (Token::One { colon }, Symbol::Char(other)) => Some(colon || other != ':'),
        (Token::Hole(own), Symbol::Hole(other)) if own == other => Some(true),
        _ => None,
    }
}

/// Values of the variables that a request fills.
fn chosen(holes: &Holes) -> Assignment {
    let mut chosen = Assignment::new();
    for name in holes.names().filter(|name| is_policy_variable(name)) {
        let key = Key::Context(variable_key(name));
        if !chosen.iter().any(|(known, _)| *known == key) {
            let value = filling_of_deployment(name).chars().map(Symbol::Char).collect();
            chosen.push((key, Given::Values(vec![value])));
        }
    }
    chosen
}

/// The text with those values in the places of its variables.
fn filled(text: &[Symbol], holes: &Holes) -> Vec<Symbol> {
    let chosen = chosen(holes);
    let mut filled = Vec::with_capacity(text.len());
    for symbol in text {
        let value = match symbol {
            Symbol::Hole(hole) if is_policy_variable(holes.name(*hole)) => {
                let key = Key::Context(variable_key(holes.name(*hole)));
                chosen.iter().find(|(known, _)| *known == key)
            }
            _ => None,
        };
        match value {
            Some((_, Given::Values(values))) => filled.extend(values.iter().flatten()),
            _ => filled.push(*symbol),
        }
    }
    filled
}

/// Whether no condition of a template takes a part of the policy away.
fn stands_always(policy: &Policy) -> bool {
    let all = |statement: &Statement| {
        let terms = [
            &statement.actions,
            &statement.not_actions,
            &statement.resources,
            &statement.not_resources,
        ];
        let principals = statement.principals.iter().chain(&statement.not_principals);
        statement.when.is_always()
            && terms.into_iter().flatten().all(|term| term.when.is_always())
            && principals.map(|principal| &principal.term).all(|term| term.when.is_always())
            && statement.conditions.iter().all(|condition| {
                condition.when.is_always()
                    && condition.values.iter().all(|term| term.when.is_always())
            })
    };
    policy.statements.iter().all(all)
}

#[cfg(test)]
mod tests {
    use super::{Symbol, never_matches};
    use crate::glob::{Glob, Holes, Reading, Token};

    /// Whether the glob never matches the text, `${…}` in both being holes.
    fn never(glob: &str, text: &str) -> bool {
        let mut holes = Holes::default();
        let glob = Glob::parse(glob, Reading::RESOURCE, &mut holes);
        let text = Glob::parse(text, Reading::RESOURCE, &mut holes);
        let symbol = |token: &Token| match token {
            Token::Char(character) => Symbol::Char(*character),
            Token::Hole(hole) => Symbol::Hole(*hole),
            _ => Symbol::Char('*'),
        };
        never_matches(&glob, &text.0.iter().map(symbol).collect::<Vec<_>>())
    }

    #[test]
    fn equal_holes_are_equal_and_others_may_be_anything() {
        assert!(never("table/${T}", "table/${T}/index/x"));
        assert!(never("${B}/a/*", "${B}/b/x"));
        assert!(never("a/${T}/x", "a/${T}/y"));
        assert!(never("table/${T}/?*", "table/${T}/"));
        assert!(!never("table/${T}", "table/${T}"));
        assert!(!never("table/${T}*", "table/${T}/index/x"));
        assert!(!never("table/${T}", "table/${U}"));
        assert!(!never("table/${T}", "table/orders"));
        assert!(!never("table/${T}/a", "table/${U}/a/b/a"));
        assert!(!never("${T}${U}", "${U}${T}"));
        assert!(!never("?${T}", "${T}a"));
    }
}
