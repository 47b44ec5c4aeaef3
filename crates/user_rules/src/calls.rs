//! What the functions of expressions do.

use std::sync::Arc;

use app_model::{Expression, Property, PropertyKind};
use cloud_names::Pattern;
use iam_evaluation::{Context, PolicySet, PrincipalId, Request, Verdict, decide};
use iam_policy::Policy;
use source_text::SmolStr;

use crate::{
    evaluate::{Machine, Outcome, Stop, fault, plain, unknown_of, words},
    program::{Function, Part},
    truth::{Asked, Truth, ask_holed, equal, number, scalar_text},
};

/// Longest text that a function makes, in bytes.
const LONGEST: usize = 64 << 10;

pub(crate) fn call(
    machine: &mut Machine<'_>,
    at: u32,
    function: &Function,
    arguments: &[Part],
) -> Outcome {
    match (function, arguments) {
        (Function::Known, [one]) => {
            let value = machine.value(one)?;
            Ok(Truth::from(unknown_of(&value).is_none()).into_property())
        }
        (Function::MayBe, [one, two]) => {
            let (one, two) = (machine.raw(one)?, machine.value(two)?);
            may_be(machine, &one, &two).map(|it| Truth::from(it).into_property())
        }
        (Function::OrElse, [one, two]) => {
            let value = machine.value(one)?;
            match value.kind {
                PropertyKind::Null | PropertyKind::Unresolved(_) => {
                    // What is missing would stand where its owner stands.
                    let other = machine.value(two)?;
                    Ok(Property { place: value.place, ..other })
                }
                _ => Ok(value),
            }
        }
        (Function::RefersTo, [one, two]) => {
            let (one, name) = (machine.raw(one)?, machine.value(two)?);
            let PropertyKind::Text(name) = &name.kind else {
                return fault(at, "`refers_to` takes the name of a resource");
            };
            refers_to(machine, &one, name).map(|it| Truth::from(it).into_property())
        }
        _ => {
            let values: Vec<Property> =
                arguments.iter().map(|it| machine.value(it)).collect::<Result<_, _>>()?;
            of_values(machine, at, function, &values)
        }
    }
}

fn of_values(
    machine: &mut Machine<'_>,
    at: u32,
    function: &Function,
    values: &[Property],
) -> Outcome {
    match (function, values) {
        (Function::Size, [of]) => size(machine, at, of),
        (Function::Join, [list, separator]) => join(machine, at, list, separator),
        (Function::ResourcesOf, [app, kind]) => {
            let resources = app.get("resources").cloned().unwrap_or_default();
            let Some(resources) = machine.items(at, &resources)? else { return Ok(resources) };
            let of_type = |it: &Property| {
                it.get("type").is_some_and(|of| matches!(equal(of, kind), Truth::True))
            };
            Ok(plain(PropertyKind::List(resources.into_iter().filter(of_type).collect())))
        }
        (Function::RoleOf, [app, function]) => {
            let role = function.get("role").cloned().unwrap_or_default();
            named(machine, at, app, "roles", &role)
        }
        (Function::ByName, [app, name]) => named(machine, at, app, "functions", name),
        (Function::Allows, [role, action, resource]) => allows(machine, at, role, action, resource),
        _ => of_texts(machine, at, function, values),
    }
}

/// The record of a list that has a name; null when there is none.
fn named(
    machine: &mut Machine<'_>,
    at: u32,
    app: &Property,
    list: &str,
    name: &Property,
) -> Outcome {
    let records = app.get(list).cloned().unwrap_or_default();
    let records = machine.items(at, &records)?.unwrap_or_default();
    let has_name =
        |it: &Property| it.get("name").is_some_and(|it| matches!(equal(it, name), Truth::True));
    Ok(records.into_iter().find(has_name).unwrap_or_default())
}

fn size(machine: &mut Machine<'_>, at: u32, of: &Property) -> Outcome {
    let size = match &of.kind {
        PropertyKind::Text(text) => text.chars().count(),
        PropertyKind::Unresolved(_) => return Ok(of.clone()),
        _ => machine.items(at, of)?.map_or(0, |items| items.len()),
    };
    Ok(plain(PropertyKind::Integer(i64::try_from(size).unwrap_or(i64::MAX))))
}

fn join(machine: &mut Machine<'_>, at: u32, list: &Property, separator: &Property) -> Outcome {
    let Some(items) = machine.items(at, list)? else { return Ok(list.clone()) };
    if let Some(what) = items.iter().chain([separator]).find_map(unknown_of) {
        return Ok(Truth::Unknown(what).into_property());
    }
    let texts: Option<Vec<String>> = items.iter().map(|it| scalar_text(&it.kind)).collect();
    match (texts, scalar_text(&separator.kind)) {
        (Some(texts), Some(separator)) => text(machine, at, texts.join(&separator)),
        _ => fault(at, "`join` takes a list of texts"),
    }
}

/// A text that was made, if it is not too long.
fn text(machine: &mut Machine<'_>, at: u32, text: String) -> Outcome {
    machine.spend(text.len() / 16)?;
    if text.len() > LONGEST {
        return fault(at, format!("this text becomes longer than {LONGEST} bytes"));
    }
    Ok(plain(PropertyKind::Text(text.into())))
}

/// Functions whose arguments are scalars.
fn of_texts(
    machine: &mut Machine<'_>,
    at: u32,
    function: &Function,
    values: &[Property],
) -> Outcome {
    if let Some(holed) = ask_unknown(function, values) {
        return Ok(holed.into_property());
    }
    let texts: Option<Vec<String>> = values.iter().map(|it| scalar_text(&it.kind)).collect();
    let Some(texts) = texts else {
        let odd = values.iter().find(|it| scalar_text(&it.kind).is_none());
        let odd = odd.map(words).unwrap_or_default();
        let hint = if odd == "null" { "; ask `has(…)` first, or use `.or('')`" } else { "" };
        return fault(at, format!("a text is needed here, and this is {odd}{hint}"));
    };
    machine.spend(texts.iter().map(String::len).sum::<usize>() / 16)?;
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let truth = |it: bool| Ok(Truth::from(it).into_property());
    match (function, texts.as_slice()) {
        (Function::Contains, [of, part]) => truth(of.contains(part)),
        (Function::StartsWith, [of, part]) => truth(of.starts_with(part)),
        (Function::EndsWith, [of, part]) => truth(of.ends_with(part)),
        (Function::Matches(pattern), [of]) => truth(pattern.is_match(of)),
        (Function::LowerAscii, [of]) => text(machine, at, of.to_ascii_lowercase()),
        (Function::UpperAscii, [of]) => text(machine, at, of.to_ascii_uppercase()),
        (Function::Trim, [of]) => text(machine, at, of.trim().to_owned()),
        (Function::Replace, [of, old, new]) => {
            let grown = of.len().saturating_mul(new.len().max(1)) / old.len().max(1);
            if old.is_empty() || grown > LONGEST {
                return fault(
                    at,
                    "`replace` needs a text to replace, and a result that is not too long",
                );
            }
            text(machine, at, of.replace(old, new))
        }
        (Function::Split, [of, separator]) => {
            if separator.is_empty() {
                return fault(at, "`split` needs a separator");
            }
            let parts: Vec<_> =
                of.split(separator).map(|it| plain(PropertyKind::Text(it.into()))).collect();
            machine.spend(parts.len())?;
            Ok(plain(PropertyKind::List(parts.into())))
        }
        (Function::ToInt, [of]) => match of.trim().parse::<i64>() {
            Ok(whole) => Ok(plain(PropertyKind::Integer(whole))),
            Err(_) => fault(
                at,
                format!(
                    "{} is no whole number",
                    words(values.first().unwrap_or(&Property::default()))
                ),
            ),
        },
        (Function::ToDouble, _) => match values.first().and_then(number) {
            Some(it) => Ok(plain(PropertyKind::Number(it))),
            None => fault(at, "this is no number"),
        },
        (Function::ToText, [of]) => text(machine, at, (*of).to_owned()),
        (Function::ArnMatches | Function::GlobMatches, [pattern, of]) => {
            truth(Pattern::new(pattern).matches(of))
        }
        (Function::ActionMatches, [pattern, of]) => {
            truth(Pattern::ignoring_case(pattern).matches(of))
        }
        _ => fault(at, "this function is called with other values"),
    }
}

/// What a function gives when an argument is not known; `None` when all are.
fn ask_unknown(function: &Function, values: &[Property]) -> Option<Truth> {
    let what = values.iter().find_map(unknown_of)?;
    let asked = match function {
        Function::Contains => Asked::Holds,
        Function::StartsWith => Asked::Begins,
        Function::EndsWith => Asked::Ends,
        Function::ArnMatches | Function::GlobMatches | Function::ActionMatches => {
            return Some(holed_match(function, values, &what));
        }
        _ => return Some(Truth::Unknown(what)),
    };
    match values {
        [Property { kind: PropertyKind::Unresolved(of), .. }, part] => {
            let part = scalar_text(&part.kind);
            Some(part.map_or(Truth::Unknown(what), |part| ask_holed(of, asked, &part)))
        }
        _ => Some(Truth::Unknown(what)),
    }
}

/// Whether a pattern matches a text with holes, whatever stands in them.
fn holed_match(function: &Function, values: &[Property], what: &Arc<Expression>) -> Truth {
    let text = |value: &Property| match &value.kind {
        PropertyKind::Unresolved(what) => Some(what.text.to_string()),
        other => scalar_text(other),
    };
    let (Some(pattern), Some(of)) = (values.first().and_then(text), values.get(1).and_then(text))
    else {
        return Truth::Unknown(Arc::clone(what));
    };
    if !cloud_names::has_placeholder(&what.text) {
        return Truth::Unknown(Arc::clone(what));
    }
    let (pattern, of) = match function {
        Function::ActionMatches => (Pattern::ignoring_case(&pattern), Pattern::ignoring_case(&of)),
        _ => (Pattern::new(&pattern), Pattern::new(&of)),
    };
    match (pattern.covers(&of), pattern.overlaps(&of)) {
        (true, _) => Truth::True,
        (false, true) => Truth::Unknown(Arc::clone(what)),
        (false, false) => Truth::False,
    }
}

/// Whether a value can be another one in some deployment.
fn may_be(machine: &mut Machine<'_>, one: &Property, two: &Property) -> Result<bool, Stop> {
    machine.spend(1)?;
    let PropertyKind::OneOf(choices) = &one.kind else {
        return Ok(!matches!(equal(one, two), Truth::False));
    };
    for (_, choice) in choices.iter() {
        if may_be(machine, choice, two)? {
            return Ok(true);
        }
    }
    // A default says nothing of what else may be chosen.
    Ok(choices.iter().any(|(when, _)| !when.defaults.is_empty()))
}

/// Whether something in a value refers to a resource.
fn refers_to(machine: &mut Machine<'_>, value: &Property, name: &SmolStr) -> Result<bool, Stop> {
    machine.spend(1)?;
    let inner: Vec<&Property> = match &value.kind {
        PropertyKind::Unresolved(what) => {
            let in_text = cloud_names::placeholders(&what.text)
                .any(|it| cloud_names::split_reference(it).0 == name.as_str());
            return Ok(in_text || what.references.iter().any(|it| it.name == *name));
        }
        PropertyKind::List(items) => items.iter().collect(),
        PropertyKind::Map(entries) => entries.iter().map(|(_, value)| value).collect(),
        PropertyKind::OneOf(choices) => choices.iter().map(|(_, value)| value).collect(),
        _ => return Ok(false),
    };
    for value in inner {
        if refers_to(machine, value, name)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether the policies of a role allow an action on a resource.
fn allows(
    machine: &mut Machine<'_>,
    at: u32,
    role: &Property,
    action: &Property,
    resource: &Property,
) -> Outcome {
    // One decision looks at every statement of the role.
    machine.spend(50)?;
    let unknown =
        |words: &str| Ok(Truth::Unknown(Arc::new(Expression::opaque(words))).into_property());
    if let Some(what) = unknown_of(action) {
        return Ok(Truth::Unknown(what).into_property());
    }
    let resource = match &resource.kind {
        PropertyKind::Unresolved(what) => Some(what.text.to_string()),
        other => scalar_text(other),
    };
    let (Some(action), Some(resource)) = (scalar_text(&action.kind), resource) else {
        return fault(at, "`allows` takes an action and the ARN of a resource, as texts");
    };
    let name = role.get("name").and_then(|it| scalar_text(&it.kind));
    let Some(identity) = name.and_then(|name| machine.app.identity(&name)) else {
        return unknown("a role that does not stand in the input");
    };
    machine.spend(identity.policies.len() * 50)?;
    let documents: Vec<&Policy> = identity.policies.iter().map(|it| &it.document).collect();
    let set = PolicySet { identity: documents, ..PolicySet::default() };
    let principal = PrincipalId::new("arn:aws:iam::111122223333:role/role");
    let mut request = Request::new(principal, action, resource);
    request.context = Context::open();
    match decide(&set, &request).verdict {
        Verdict::Allow if identity.boundary.is_some() => unknown("a permissions boundary"),
        Verdict::Allow => Ok(Truth::True.into_property()),
        Verdict::ImplicitDeny if !identity.managed.is_empty() => unknown("a managed policy"),
        Verdict::ExplicitDeny | Verdict::ImplicitDeny => Ok(Truth::False.into_property()),
        Verdict::Unknown => unknown("what a statement of the role hangs on"),
    }
}
