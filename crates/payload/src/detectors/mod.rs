//! The rules of each class, one file a class.

mod code;
mod command;
mod crlf;
mod deserialization;
mod file_inclusion;
mod ldap;
mod log4shell;
mod nosql;
mod path;
mod prototype_pollution;
mod sql;
mod ssrf;
mod system_files;
mod template;
mod xpath;
mod xss;
mod xxe;

use crate::class::Class;
use crate::rule::Rule;

/// The rules of `class`.
pub(crate) fn rules_of(class: Class) -> &'static [Rule] {
    match class {
        Class::Sql => &sql::RULES,
        Class::Nosql => &nosql::RULES,
        Class::Command => &command::RULES,
        Class::Code => &code::RULES,
        Class::Path => &path::RULES,
        Class::FileInclusion => &file_inclusion::RULES,
        Class::Ssrf => &ssrf::RULES,
        Class::Xxe => &xxe::RULES,
        Class::Template => &template::RULES,
        Class::Ldap => &ldap::RULES,
        Class::Xpath => &xpath::RULES,
        Class::Xss => &xss::RULES,
        Class::Crlf => &crlf::RULES,
        Class::Deserialization => &deserialization::RULES,
        Class::PrototypePollution => &prototype_pollution::RULES,
        Class::Log4shell => &log4shell::RULES,
    }
}

#[cfg(test)]
mod tests {
    use super::rules_of;
    use crate::class::Class;
    use crate::rule::Test;

    #[test]
    fn every_pattern_compiles_and_literals_are_lower_case() {
        for class in Class::ALL {
            for (at, rule) in rules_of(class).iter().enumerate() {
                if let Test::Pattern(pattern) = &rule.test {
                    assert!(pattern.compiles(), "{class} rule {at}: {pattern:?}");
                }
                for literal in rule.literals {
                    assert_eq!(*literal, literal.to_ascii_lowercase(), "{class} rule {at}");
                }
            }
        }
    }
}
