//! `cargo xtask new-rule SAS-4.1 wildcard-action`: a rule with its words, fixtures and registration.
//!
//! What it writes compiles, and the tests stay red until the decision and the words are there.

use std::{fs, path::Path};

use crate::{Failure, Outcome, arguments::Arguments, workspace};

const RULE: &str = include_str!("../templates/rule/rule.rs.txt");
const DOCS: &str = include_str!("../templates/rule/rule.md.txt");
const VULNERABLE: &str = include_str!("../templates/rule/vulnerable.yaml.txt");
const FIXED: &str = include_str!("../templates/rule/fixed.yaml.txt");

const LIST_START: &str = "pub(crate) static RULES: &[&Rule] = &[";

/// The rule to be.
#[derive(Debug, PartialEq)]
struct Plan {
    risk: u8,
    rule: u16,
    /// Kebab-case: `wildcard-action`.
    name: String,
}

impl Plan {
    fn read(id: &str, name: &str) -> Result<Self, Failure> {
        let wrong = || format!("`{id}` is not a rule id such as `SAS-4.1`");
        let parts = id.strip_prefix("SAS-").and_then(|rest| rest.split_once('.'));
        let (risk, rule) = parts.ok_or_else(wrong)?;
        let risk: u8 = risk.parse().map_err(|_| wrong())?;
        let rule: u16 = rule.parse().map_err(|_| wrong())?;
        if !(1..=10).contains(&risk) || rule == 0 {
            return Err(wrong().into());
        }
        let is_word = |word: &str| {
            !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        };
        if !name.split('-').all(is_word) || name.starts_with(|c: char| c.is_ascii_digit()) {
            return Err(format!("`{name}` is not a name such as `wildcard-action`").into());
        }
        Ok(Self { risk, rule, name: name.to_owned() })
    }

    fn id(&self) -> String {
        format!("SAS-{}.{}", self.risk, self.rule)
    }

    fn module(&self) -> String {
        self.name.replace('-', "_")
    }

    fn fill(&self, template: &str) -> String {
        let mut title = self.name.replace('-', " ");
        if let Some(first) = title.get_mut(0..1) {
            first.make_ascii_uppercase();
        }
        template
            .replace("{id}", &self.id())
            .replace("{name}", &self.name)
            .replace("{module}", &self.module())
            .replace("{title}", &title)
            .replace("{risk}", &self.risk.to_string())
            .replace("{rule}", &self.rule.to_string())
            .replace("{version}", env!("CARGO_PKG_VERSION"))
    }
}

pub(crate) fn run(arguments: &[String]) -> Outcome {
    let mut arguments = Arguments::new(arguments);
    let usage = "usage: cargo xtask new-rule SAS-4.1 wildcard-action";
    let (Some(id), Some(name)) = (arguments.free(), arguments.free()) else {
        return Err(usage.into());
    };
    arguments.finish()?;
    let plan = Plan::read(&id, &name)?;
    let written = write(&workspace::root().join("crates/rules/src"), &plan)?;
    for path in written {
        println!("{path}");
    }
    Ok(())
}

/// Writes the rule below the source folder of `rules` and returns what was written.
fn write(source: &Path, plan: &Plan) -> Result<Vec<String>, Failure> {
    let prefix = format!("sas_{:02}_", plan.risk);
    let folder = fs::read_dir(source)?
        .filter_map(Result::ok)
        .find(|entry| entry.file_name().to_string_lossy().starts_with(&prefix))
        .ok_or_else(|| format!("there is no folder `{prefix}*` in {}", source.display()))?
        .path();
    let module = plan.module();
    let file = folder.join(&module).with_extension("rs");
    if file.exists() {
        return Err(format!("{} exists already", file.display()).into());
    }
    // First all that can be refused, then all that is written.
    let register = folder.join("mod.rs");
    let rule_of = |module: &str| rule_number(&folder.join(module).with_extension("rs"));
    let registered = registered(&fs::read_to_string(&register)?, plan, rule_of)?;

    let fixtures = folder.join(&module);
    fs::create_dir_all(&fixtures)?;
    let files = [
        (file, plan.fill(RULE)),
        (fixtures.with_extension("md"), plan.fill(DOCS)),
        (fixtures.join("vulnerable.sam.yaml"), plan.fill(VULNERABLE)),
        (fixtures.join("fixed.sam.yaml"), plan.fill(FIXED)),
        (register, registered),
    ];
    for (path, text) in &files {
        fs::write(path, text)?;
    }
    Ok(files.iter().map(|(path, _)| path.display().to_string()).collect())
}

/// The number after `rule:` in the id of a rule's file.
fn rule_number(file: &Path) -> Result<u16, Failure> {
    let text = fs::read_to_string(file)?;
    let number = text.split_once("RuleId {").and_then(|(_, rest)| {
        let (_, number) = rest.split_once("rule:")?;
        number.split(['}', ',']).next()?.trim().parse().ok()
    });
    number.ok_or_else(|| format!("{}: no `RuleId {{ risk, rule }}`", file.display()).into())
}

/// The risk's `mod.rs` with the module and, in the order of ids, the rule.
fn registered(
    text: &str,
    plan: &Plan,
    rule_of: impl Fn(&str) -> Result<u16, Failure>,
) -> Result<String, Failure> {
    let (before, rest) = text.split_once(LIST_START).ok_or("mod.rs has no list `RULES`")?;
    let (entries, after) = rest.split_once("];").ok_or("the list `RULES` has no end")?;
    let mut rules = vec![(plan.rule, plan.module())];
    for entry in entries.split('&') {
        if let Some((module, _)) = entry.split_once("::RULE") {
            let number = rule_of(module)?;
            if number == plan.rule {
                return Err(format!("{} is `{module}` already", plan.id()).into());
            }
            rules.push((number, module.to_owned()));
        }
    }
    rules.sort_unstable();
    // Comments are aligned, as rustfmt does it.
    let widest = rules.iter().map(|(_, module)| module.len()).max().unwrap_or(0);
    let list: Vec<String> = rules
        .iter()
        .map(|(rule, module)| {
            let gap = " ".repeat(widest - module.len());
            format!("    &{module}::RULE,{gap} // SAS-{}.{rule}", plan.risk)
        })
        .collect();
    let head = with_module(before, &plan.module());
    Ok(format!("{head}{LIST_START}\n{}\n];{after}", list.join("\n")))
}

/// The lines before the list with one more `mod` line, sorted with its neighbours.
fn with_module(before: &str, module: &str) -> String {
    let declaration = format!("mod {module};");
    let is_module = |line: &&str| line.starts_with("mod ") && line.ends_with(';');
    let mut modules: Vec<&str> = before.lines().filter(is_module).collect();
    modules.push(&declaration);
    modules.sort_unstable();
    let block = modules.join("\n");
    let others: Vec<&str> = before.lines().filter(|line| !is_module(line)).collect();
    let others = others.join("\n");
    // Modules stand after the file's own words, before the first import.
    match others.split_once("\nuse ") {
        Some((head, imports)) => {
            format!("{}\n\n{block}\n\nuse {}\n", head.trim_end(), imports.trim_end())
        }
        None => format!("{}\n\n{block}\n", others.trim_end()),
    }
    .replace("\n\n\n", "\n\n")
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{Plan, registered, write};

    const MOD: &str = "//! SAS-4: over-privileged roles.\n\nuse crate::Rule;\n\n\
        /// The rules of this risk, ordered by id.\n\
        pub(crate) static RULES: &[&Rule] = &[];\n";

    fn plan(id: &str, name: &str) -> Plan {
        Plan::read(id, name).unwrap()
    }

    #[test]
    fn an_id_and_a_name_are_checked() {
        assert_eq!(plan("SAS-4.12", "wildcard-action").module(), "wildcard_action");
        for (id, name) in [
            ("SAS-4", "wildcard-action"),
            ("SAS-11.1", "wildcard-action"),
            ("SAS-4.0", "wildcard-action"),
            ("SAS-4.1", "WildcardAction"),
            ("SAS-4.1", "wildcard--action"),
            ("SAS-4.1", "1-wildcard"),
            ("SAS-4.1", "../escape"),
        ] {
            assert!(Plan::read(id, name).is_err(), "{id} {name}");
        }
    }

    #[test]
    fn rules_are_registered_in_the_order_of_their_ids() {
        let rule_of = |module: &str| {
            Ok(match module {
                "tenth" => 10,
                "second" => 2,
                _ => return Err("unknown".into()),
            })
        };
        let text = registered(MOD, &plan("SAS-4.10", "tenth"), rule_of).unwrap();
        let text = registered(&text, &plan("SAS-4.2", "second"), rule_of).unwrap();
        let text = registered(&text, &plan("SAS-4.9", "ninth"), rule_of).unwrap();
        let expected = "//! SAS-4: over-privileged roles.\n\nmod ninth;\nmod second;\nmod tenth;\n\n\
            use crate::Rule;\n\n\
            /// The rules of this risk, ordered by id.\n\
            pub(crate) static RULES: &[&Rule] = &[\n\
            \x20   &second::RULE, // SAS-4.2\n\
            \x20   &ninth::RULE,  // SAS-4.9\n\
            \x20   &tenth::RULE,  // SAS-4.10\n];\n";
        assert_eq!(text, expected);
        assert!(registered(&text, &plan("SAS-4.2", "other"), |_| Ok(2)).is_err());
    }

    #[test]
    fn a_new_rule_has_words_fixtures_and_a_place_in_the_list_and_is_written_once() {
        let source = std::env::temp_dir().join(format!("new-rule-{}", std::process::id()));
        let folder = source.join("sas_04_over_privileged_roles");
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("mod.rs"), MOD).unwrap();

        let plan = plan("SAS-4.1", "wildcard-action");
        assert_eq!(write(&source, &plan).unwrap().len(), 5);
        let rule = fs::read_to_string(folder.join("wildcard_action.rs")).unwrap();
        assert!(rule.contains("id: RuleId { risk: 4, rule: 1 },"), "{rule}");
        assert!(!rule.contains("{name}") && !rule.contains("{id}"), "{rule}");
        let docs = fs::read_to_string(folder.join("wildcard_action.md")).unwrap();
        assert!(docs.starts_with("# Wildcard action (SAS-4.1)\n"), "{docs}");
        assert!(folder.join("wildcard_action/vulnerable.sam.yaml").is_file());
        assert!(write(&source, &plan).is_err());
        fs::remove_dir_all(&source).unwrap();
    }
}
