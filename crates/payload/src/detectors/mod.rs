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
#[path = "../../tests/unit/rules.rs"]
mod tests;
