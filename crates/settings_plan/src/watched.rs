//! Hosts and programs that a guard saw while it only watched.

use guard_settings::Processes;

use crate::plan::Plan;

/// What a guard told of a function while it only watched, with how often.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Watched {
    /// Hosts that are not listed, `api.example.com:443`; without a port when only the name was looked up.
    pub hosts: Vec<(String, u64)>,
    /// Programs that were started, by their paths.
    pub programs: Vec<(String, u64)>,
    /// What would have been refused, in words: `` `sql` in `body.note` ``.
    pub flagged: Vec<(String, u64)>,
}

/// The port of a host of which only the name was looked up.
const HTTPS: u16 = 443;

/// Adds to the lists of `egress` and `processes` what was seen, each with its reason, so that the lists hold what
/// honest events need. Only lists that are there grow, but for programs of code that starts some: `confine` says
/// that lists are wanted. What was flagged is told and changes nothing.
pub fn add_watched(plan: &mut Plan, watched: &Watched, confine: bool) {
    for (host, count) in &watched.hosts {
        let Some(egress) = &mut plan.settings.egress else { break };
        let (entry, note) = with_port(host);
        if !is_host(&entry) {
            continue;
        }
        if !egress.allow.iter().any(|known| covers(known, &entry)) {
            egress.allow.push(entry.clone());
            let words =
                format!("`{entry}`: contacted {}{note} while the guard watched", times(*count));
            plan.note("egress", words, None);
        }
    }
    if confine && plan.settings.processes.is_none() && !watched.programs.is_empty() {
        plan.settings.processes = Some(Processes::default());
    }
    for (program, count) in &watched.programs {
        let Some(processes) = &mut plan.settings.processes else { break };
        // `*` is a pattern in the list, and a log may hold any text.
        let is_path = program.starts_with('/') && !program.contains('*');
        if is_path && !processes.allow.contains(program) {
            processes.allow.push(program.clone());
            let words = format!("`{program}`: started {} while the guard watched", times(*count));
            plan.note("processes", words, None);
        }
    }
    for (what, count) in &watched.flagged {
        let words = format!(
            "{what} was flagged {}: in mode `block` such events are refused; look at them first",
            times(*count)
        );
        plan.note("mode", words, None);
    }
}

fn with_port(host: &str) -> (String, &'static str) {
    let has_port = host
        .rsplit_once(':')
        .is_some_and(|(_, port)| !port.is_empty() && port.bytes().all(|it| it.is_ascii_digit()));
    // An address of version 6 has colons of its own, and comes with brackets where it has a port.
    if has_port && (host.starts_with('[') || host.matches(':').count() == 1) {
        return (host.to_ascii_lowercase(), "");
    }
    (
        format!("{}:{HTTPS}", host.to_ascii_lowercase()),
        " (its name alone is known, the port is assumed)",
    )
}

/// Whether it is a name or an address with a port, and no pattern: a log may hold any text.
fn is_host(entry: &str) -> bool {
    entry.bytes().all(|it| it.is_ascii_alphanumeric() || b".-_:[]".contains(&it))
}

/// Whether an entry of the list lets another one through.
fn covers(known: &str, entry: &str) -> bool {
    let (Some((host, port)), Some((name, number))) =
        (known.rsplit_once(':'), entry.rsplit_once(':'))
    else {
        return false;
    };
    let is_host = host == "*"
        || host.eq_ignore_ascii_case(name)
        || host.strip_prefix('*').is_some_and(|end| end.starts_with('.') && name.ends_with(end));
    is_host && (port == "*" || port == number)
}

fn times(count: u64) -> String {
    if count == 1 { "once".to_owned() } else { format!("{count} times") }
}

#[cfg(test)]
mod tests {
    use guard_settings::{Egress, Settings};

    use super::{Watched, add_watched};
    use crate::plan::Plan;

    fn plan(egress: Option<&[&str]>) -> Plan {
        let allow =
            |list: &[&str]| Egress { allow: list.iter().map(ToString::to_string).collect() };
        let settings = Settings { egress: egress.map(allow), ..Settings::default() };
        Plan { function: "F".into(), settings, reasons: Vec::new() }
    }

    fn watched() -> Watched {
        let all =
            |list: &[(&str, u64)]| list.iter().map(|(it, n)| ((*it).to_owned(), *n)).collect();
        Watched {
            hosts: all(&[
                ("sqs.eu-west-1.amazonaws.com:443", 9),
                ("API.example.com:8443", 2),
                ("logs.example.com", 1),
                ("[2001:db8::1]:443", 1),
                ("*:443", 1),
            ]),
            programs: all(&[("/usr/bin/convert", 3), ("/bin/*", 1), ("sh", 1)]),
            flagged: all(&[("`sql` in `body.note`", 4)]),
        }
    }

    #[test]
    fn lists_grow_by_what_was_seen_and_only_by_that() {
        let mut plan = plan(Some(&["*.eu-west-1.amazonaws.com:443"]));
        add_watched(&mut plan, &watched(), true);
        let egress = plan.settings.egress.as_ref().unwrap();
        assert_eq!(
            egress.allow,
            [
                "*.eu-west-1.amazonaws.com:443",
                "api.example.com:8443",
                "logs.example.com:443",
                "[2001:db8::1]:443"
            ]
        );
        assert_eq!(plan.settings.processes.as_ref().unwrap().allow, ["/usr/bin/convert"]);
        let words: Vec<&str> = plan.reasons.iter().map(|it| it.words.as_str()).collect();
        assert_eq!(words.len(), 5, "{words:?}");
        assert!(words[1].contains("once (its name alone is known"), "{words:?}");
        let before = plan.settings.clone();
        add_watched(&mut plan, &Watched { flagged: Vec::new(), ..watched() }, true);
        assert_eq!(plan.settings, before);
        assert_eq!(plan.reasons.len(), 5);
    }

    #[test]
    fn what_stands_open_stays_open() {
        let mut plan = plan(None);
        add_watched(&mut plan, &watched(), false);
        assert_eq!((&plan.settings.egress, &plan.settings.processes), (&None, &None));
        assert_eq!(plan.reasons.len(), 1);
    }
}
