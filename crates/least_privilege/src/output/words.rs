//! Privileges for people.

use std::fmt::Write as _;

use source_text::{Place, Sources};

use crate::{Need, Privileges, Reason, Unused};

/// Reasons shown of one grant at most.
const MAX_REASONS: usize = 3;

/// What every function needs and why, what is not known, what its role is allowed besides. Not yet
/// safe for a terminal: names of inputs stand in it as they are.
#[must_use]
pub fn to_words<'p>(all: impl IntoIterator<Item = &'p Privileges>, sources: &Sources) -> String {
    let mut out = String::new();
    for privileges in all {
        function(&mut out, privileges, sources);
    }
    out
}

fn function(out: &mut String, privileges: &Privileges, sources: &Sources) {
    let Privileges { needs, policy, comparison } = privileges;
    let count = needs.needs.len();
    let state = if needs.is_complete() { "complete" } else { "INCOMPLETE" };
    let _ =
        writeln!(out, "{}: {count} grants, {} characters, {state}", needs.function, policy.size);
    for gap in &needs.gaps {
        let _ = writeln!(out, "  ! {}: {}", at(gap.place, sources), gap.reason);
    }
    grants(out, &needs.needs, sources);
    for widened in &policy.widened {
        let _ = writeln!(
            out,
            "  ~ {} stands for {} resources, as the policy would be too long",
            widened.to, widened.count
        );
    }
    surplus(out, &comparison.unused, sources);
    for broader in &comparison.broader {
        let _ = writeln!(
            out,
            "  > {} on {} is more than {} ({})",
            broader.action,
            broader.resource,
            broader.needed.join(", "),
            at(broader.place, sources)
        );
    }
    for missing in &comparison.missing {
        let _ =
            writeln!(out, "  ? {}  {}  needed and not granted", missing.action, missing.resource);
    }
    for proposal in &needs.proposals {
        let _ =
            writeln!(out, "  * {}  {}  {}", proposal.action, proposal.resource, proposal.reason);
    }
    out.push('\n');
}

/// Grants, those on the same resource for the same reasons in one line.
fn grants(out: &mut String, needs: &[Need], sources: &Sources) {
    let mut told: Vec<(&Need, Vec<&str>)> = Vec::new();
    for need in needs {
        let same = told.iter_mut().find(|(first, _)| {
            first.resource == need.resource
                && first.restrictions == need.restrictions
                && first.reasons == need.reasons
        });
        match same {
            Some((_, actions)) => actions.push(&need.action),
            None => told.push((need, vec![&need.action])),
        }
    }
    for (need, actions) in told {
        let _ = writeln!(out, "  + {}\n      on {}", actions.join(", "), need.resource);
        for restriction in &need.restrictions {
            let _ = writeln!(out, "      when {} is {}", restriction.key, restriction.value);
        }
        if !need.is_exact && need.resource != "*" {
            out.push_str("      nothing names the resource: every one of its type\n");
        }
        for reason in need.reasons.iter().take(MAX_REASONS) {
            let _ = writeln!(out, "      {}", why(reason, sources));
        }
        if need.reasons.len() > MAX_REASONS {
            let _ = writeln!(out, "      and {} more", need.reasons.len() - MAX_REASONS);
        }
    }
}

/// What is not needed, actions on the same resources in one line.
fn surplus(out: &mut String, unused: &[Unused], sources: &Sources) {
    let mut told: Vec<(&Unused, Vec<&str>, Vec<&str>)> = Vec::new();
    for one in unused {
        let same = told.iter_mut().find(|(first, actions, _)| {
            (first.place, first.policy, &first.but) == (one.place, one.policy, &one.but)
                && actions.contains(&one.action.as_str())
        });
        match same {
            Some((_, _, resources)) => resources.push(&one.resource),
            None => told.push((one, vec![&one.action], vec![&one.resource])),
        }
    }
    let mut lines: Vec<(&Unused, Vec<&str>, Vec<&str>)> = Vec::new();
    for (one, actions, resources) in told {
        let same = lines.iter_mut().find(|(first, _, known)| {
            *known == resources
                && (first.policy, &first.but) == (one.policy, &one.but)
                && one.but.is_empty()
        });
        match same {
            Some((_, known, _)) => known.extend(actions),
            None => lines.push((one, actions, resources)),
        }
    }
    for (first, actions, resources) in lines {
        let from = first.policy.map_or(String::new(), |policy| format!(" by {policy}"));
        let but = if first.but.is_empty() {
            String::new()
        } else {
            format!(", but for {}", first.but.join(", "))
        };
        let _ = writeln!(
            out,
            "  - {}\n      on {}\n      granted{from} and not needed{but} ({})",
            actions.join(", "),
            resources.join(", "),
            at(first.place, sources)
        );
    }
}

fn why(reason: &Reason, sources: &Sources) -> String {
    let mut out = reason.source.as_str().to_owned();
    if let Some(place) = reason.place {
        let _ = write!(out, " {}", at(place, sources));
    }
    if !reason.note.is_empty() {
        let _ = write!(out, ": {}", reason.note);
    }
    if reason.count > 0 {
        let _ = write!(out, ", {} times", reason.count);
    }
    if let Some(last) = &reason.last_used {
        let _ = write!(out, ", last {last}");
    }
    out
}

fn at(place: Place, sources: &Sources) -> String {
    let path = sources.path(place.file);
    if place.is_whole() { path } else { format!("{path}:{}", place.line) }
}
