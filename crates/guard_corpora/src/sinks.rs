//! `cargo xtask payloads --sinks`: the same strings in fields of which the settings know the sink.
//!
//! Each attack stands in a field that `inspect.fields` names with the class of the attack, each
//! ordinary value in a field of every one of these classes. What is counted is one class at a time:
//! the attacks that its field refused, and the ordinary values that it refused too.

use std::collections::BTreeMap;

use payload::{Class, Classes};

use crate::{
    Outcome,
    corpus::{Count, Sample},
    inspection::Inspection,
    payloads::places,
};

/// One group of attacks in its own field.
#[derive(Debug, Default)]
struct Group {
    attacks: Count,
    ordinary: Count,
}

/// Counts and prints; seen misses of the source and, where asked, seen false ones are shown.
pub(crate) fn run(samples: &[Sample], misses: Option<&str>, show_false: bool) -> Outcome {
    let mut fields: BTreeMap<&'static str, Vec<Classes>> = BTreeMap::new();
    for sample in samples.iter().filter(|sample| sample.malicious) {
        let known = fields.entry(sample.group()).or_default();
        if !known.contains(&sample.sink()) {
            known.push(sample.sink());
        }
    }
    let mut parts: BTreeMap<(&str, &str), BTreeMap<&str, Group>> = BTreeMap::new();
    for (group, sinks) in &fields {
        for sink in sinks {
            let mut inspection = Inspection::of_fields(&FIELDS, *sink)?;
            for sample in samples {
                let belongs = sample.group() == *group && sample.sink() == *sink;
                if sample.malicious && !belongs {
                    continue;
                }
                let third = if sample.is_unseen() { "unseen" } else { "seen" };
                for (place, event) in places(&sample.value) {
                    let found = inspection.event(event.to_string().as_bytes());
                    for part in [third, "all"] {
                        let counts = parts.entry((place, part)).or_default();
                        let counts = counts.entry(group).or_default();
                        let count = if sample.malicious {
                            &mut counts.attacks
                        } else {
                            &mut counts.ordinary
                        };
                        count.add(found.is_some());
                    }
                    let is_wanted = match &found {
                        None => {
                            sample.malicious
                                && misses.is_some_and(|source| sample.source.starts_with(source))
                        }
                        Some(_) => !sample.malicious && show_false,
                    };
                    if is_wanted && third == "seen" {
                        let class = found.as_deref().unwrap_or("missed");
                        println!("{place} {group}: {class} {} {:?}", sample.source, sample.value);
                    }
                }
            }
        }
    }
    for ((place, part), groups) in &parts {
        print(&format!("{part}, in a {place} whose sink is known"), groups);
    }
    Ok(())
}

/// The fields in which the strings stand.
const FIELDS: [&str; 2] = ["queryStringParameters.q", "Records[*].body"];

fn print(title: &str, groups: &BTreeMap<&str, Group>) {
    let number = u32::try_from(groups.len()).map_or(1.0, f64::from).max(1.0);
    let sum: f64 = groups
        .values()
        .map(|group| f64::midpoint(group.attacks.rate(), 1.0 - group.ordinary.rate()))
        .sum();
    let (asked, refused) = groups.values().fold((0, 0), |(asked, refused), group| {
        (asked + group.attacks.asked, refused + group.attacks.refused)
    });
    println!("{title}: {refused} of {asked} attacks refused, macro {:.4}", sum / number);
    for (name, group) in groups {
        println!(
            "  {name:<18} {:.4} ({} of {}), false {:.2} % ({} of {})",
            group.attacks.rate(),
            group.attacks.refused,
            group.attacks.asked,
            100.0 * group.ordinary.rate(),
            group.ordinary.refused,
            group.ordinary.asked,
        );
    }
}

impl Sample {
    /// The classes of the sink that the attack is meant for, as its source names them; none where
    /// the source does not say.
    fn sink(&self) -> Classes {
        const GROUPS: [(&str, Class); 8] = [
            ("SQL injection", Class::Sql),
            ("XSS", Class::Xss),
            ("path traversal", Class::Path),
            ("file inclusion", Class::FileInclusion),
            ("command injection", Class::Command),
            ("XXE", Class::Xxe),
            ("LDAP", Class::Ldap),
            ("NoSQL", Class::Nosql),
        ];
        // Names of gotestwaf's files; the first that fits.
        const NAMES: [(&str, &[Class]); 13] = [
            ("nosql", &[Class::Nosql]),
            ("sql", &[Class::Sql]),
            ("xss", &[Class::Xss]),
            ("xxe", &[Class::Xxe]),
            ("xml", &[Class::Xxe]),
            ("ldap", &[Class::Ldap]),
            ("lfi", &[Class::Path, Class::FileInclusion]),
            ("path", &[Class::Path]),
            ("rce", &[Class::Command, Class::Code]),
            ("shell", &[Class::Command]),
            ("sst", &[Class::Template]),
            ("ss-include", &[Class::Code]),
            ("crlf", &[Class::Crlf]),
        ];
        if let Some((_, class)) = GROUPS.iter().find(|(group, _)| *group == self.group()) {
            return Classes::NONE.with(*class);
        }
        let named = NAMES.iter().find(|(name, _)| self.source.contains(name));
        named.map_or(Classes::NONE, |(_, classes)| classes.iter().copied().collect())
    }
}

#[cfg(test)]
mod tests {
    use payload::{Class, Classes};

    use crate::corpus::Sample;

    #[test]
    fn a_source_names_its_sink() {
        let sink = |source: &str| {
            Sample { malicious: true, source: source.to_owned(), value: String::new() }.sink()
        };
        assert_eq!(sink("patt:LDAP Injection"), Classes::NONE.with(Class::Ldap));
        assert_eq!(sink("gtw:nosql-injection"), Classes::NONE.with(Class::Nosql));
        assert_eq!(sink("gtw:rce"), Classes::NONE.with(Class::Command).with(Class::Code));
        assert_eq!(sink("gtw:community-user-agent"), Classes::NONE);
    }
}
