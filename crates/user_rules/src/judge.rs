//! Rules asked of an application: findings, what could not be told, what went wrong.

use std::panic::{AssertUnwindSafe, catch_unwind};

use app_model::{Application, Place, Property, PropertyKind, When};
use finding::{Confidence, Finding, OwnRuleInfo};
use source_text::Diagnostic;

use crate::{
    evaluate::{Machine, Stop, truth},
    rule_file::{OwnRule, Written},
    subject::{Subject, Target},
    truth::Truth,
    view::view,
    worlds::{MOST_WORLDS, World, Worlds, holds_when},
};

/// Steps of one rule over one application: some tenths of a second.
const MOST_STEPS: u64 = 5_000_000;
/// Findings of one rule in one application.
const MOST_FINDINGS: usize = 10_000;
/// Targets of one rule and application of which is told what could not be told.
const MOST_NOTES: usize = 20;
/// Conditions that are told of one finding.
const MOST_WHENS: usize = 3;

/// What rules say of an application.
#[derive(Debug, Default)]
pub struct Judged {
    /// Findings, without fingerprints.
    pub findings: Vec<Finding>,
    /// What went wrong, and, as notes, what could not be told.
    pub diagnostics: Vec<Diagnostic>,
    /// Answers that a value known only at deployment left open.
    pub undetermined: usize,
    /// Whether a rule did not come to its end.
    pub is_incomplete: bool,
}

/// What one evaluation said.
#[derive(Clone, Debug)]
enum Verdict {
    Holds { message: String, place: Option<Place> },
    HoldsNot,
    Unknown(String),
}

/// Asks rules of an application whose resources were kept.
pub(crate) fn judge<'r>(rules: impl Iterator<Item = &'r OwnRule>, app: &Application) -> Judged {
    let mut judged = Judged::default();
    let mut rules = rules.peekable();
    if rules.peek().is_none() {
        return judged;
    }
    let seen = view(app);
    for rule in rules {
        let work = AssertUnwindSafe(|| Asker::new(rule, app, &seen).ask());
        if let Ok(more) = catch_unwind(work) {
            judged.findings.extend(more.findings);
            judged.diagnostics.extend(more.diagnostics);
            judged.undetermined += more.undetermined;
            judged.is_incomplete |= more.is_incomplete;
            continue;
        }
        let id = rule.info.id;
        let message = format!("a fault of faasguard ended rule `{id}` here; please report it");
        judged.diagnostics.push(Diagnostic::error(Place::whole(app.place.file), message));
        judged.is_incomplete = true;
    }
    judged
}

struct Asker<'a> {
    rule: &'a OwnRule,
    app: &'a Application,
    view: &'a Property,
    judged: Judged,
    faults: usize,
}

impl<'a> Asker<'a> {
    fn new(rule: &'a OwnRule, app: &'a Application, view: &'a Property) -> Self {
        Self { rule, app, view, judged: Judged::default(), faults: 0 }
    }

    fn ask(mut self) -> Judged {
        let mut machine = Machine::new(self.app, MOST_STEPS);
        for target in self.rule.subject.targets(self.app, self.view) {
            if !self.is_of_type(&target) {
                continue;
            }
            match self.worlds(&mut machine, &target) {
                Ok(worlds) => self.tell(&target, &worlds),
                Err((Stop::Steps, _)) => {
                    let id = self.info().id;
                    let message = format!(
                        "rule `{id}` needs more than {MOST_STEPS} steps for this application and was \
                         ended; ask `for: resource` with a `type` instead of going through lists"
                    );
                    let place = Place::whole(self.app.place.file);
                    self.judged.diagnostics.push(Diagnostic::error(place, message));
                    self.judged.is_incomplete = true;
                    break;
                }
                Err((Stop::Fault { at, message }, written)) => {
                    self.fault(&target, written.at(at), &message);
                }
            }
            if self.judged.findings.len() >= MOST_FINDINGS {
                let message = format!(
                    "rule `{}` finds more than {MOST_FINDINGS} here; the others are left out",
                    self.info().id
                );
                let place = Place::whole(self.app.place.file);
                self.judged.diagnostics.push(Diagnostic::error(place, message));
                self.judged.is_incomplete = true;
                break;
            }
        }
        self.judged
    }

    fn info(&self) -> &'a OwnRuleInfo {
        &self.rule.info
    }

    fn is_of_type(&self, target: &Target) -> bool {
        let of_type = |of: &PropertyKind| match of {
            PropertyKind::Text(text) => self.rule.types.iter().any(|it| it == text),
            _ => false,
        };
        self.rule.types.is_empty()
            || self.rule.subject != Subject::Resource
            || target
                .variables
                .first()
                .and_then(|it| it.get("type"))
                .is_some_and(|it| of_type(&it.kind))
    }

    /// What the rule says of a target, once for each combination of choices.
    fn worlds(
        &self,
        machine: &mut Machine<'_>,
        target: &Target,
    ) -> Result<Vec<World<Verdict>>, (Stop, &'a Written)> {
        machine.worlds = Worlds::new(&target.when);
        let mut worlds = Vec::new();
        loop {
            let mut variables = vec![self.view.clone()];
            variables.extend(target.variables.iter().cloned());
            for it in &self.rule.lets {
                let value =
                    machine.run(&it.program, &variables).map_err(|stop| (stop, &it.written))?;
                variables.push(value);
            }
            let when = &self.rule.when;
            let value = machine.run(&when.program, &variables);
            let value = value.and_then(|it| truth(when.program.root.at, it));
            let chosen = machine.worlds.len();
            let verdict = match value.map_err(|stop| (stop, &when.written))? {
                Truth::False => Verdict::HoldsNot,
                Truth::Unknown(what) => Verdict::Unknown(what.text.to_string()),
                Truth::True => self.told(machine, &variables)?,
            };
            machine.worlds.truncate(chosen);
            worlds.push(machine.worlds.world(verdict));
            if worlds.len() >= MOST_WORLDS {
                let verdict =
                    Verdict::Unknown(format!("more than {MOST_WORLDS} combinations of conditions"));
                worlds.push(World { steps: Vec::new(), verdict });
                return Ok(worlds);
            }
            if !machine.worlds.advance() {
                return Ok(worlds);
            }
        }
    }

    fn told(
        &self,
        machine: &mut Machine<'_>,
        variables: &[Property],
    ) -> Result<Verdict, (Stop, &'a Written)> {
        let (message, written) = &self.rule.message;
        let message = message.render(machine, variables).map_err(|stop| (stop, written))?;
        let place = match &self.rule.place {
            None => None,
            Some(located) => {
                let found = machine.run(&located.program, variables);
                let found = found.map_err(|stop| (stop, &located.written))?;
                Some(found.place).filter(|place| *place != Place::default())
            }
        };
        Ok(Verdict::Holds { message, place })
    }

    /// Makes of the worlds of a target one finding, or says what could not be told.
    fn tell(&mut self, target: &Target, worlds: &[World<Verdict>]) {
        let first = worlds.iter().find_map(|world| match &world.verdict {
            Verdict::Holds { message, place } => Some((message, *place)),
            _ => None,
        });
        let Some((message, place)) = first else {
            let unknown = worlds.iter().find_map(|world| match &world.verdict {
                Verdict::Unknown(what) => Some(what),
                _ => None,
            });
            if let Some(what) = unknown {
                self.judged.undetermined += 1;
                self.note(target, what);
            }
            return;
        };
        let holds = |verdict: &Verdict| matches!(verdict, Verdict::Holds { .. });
        let (_, whens) = holds_when(worlds, &target.when, &holds);
        let of_target = target.variables.first().map(|it| it.place);
        let place = place.or(of_target).unwrap_or(self.app.place);
        let only_defaults = !whens.is_empty() && whens.iter().all(When::is_default_only);
        let confidence = if only_defaults { Confidence::Medium } else { Confidence::High };
        let info = self.info();
        let mut finding = Finding::new(info.id, info.severity, confidence, place, message.as_str());
        finding.function.clone_from(&target.function);
        if target.function.is_none() || self.rule.subject == Subject::Permission {
            finding.resource.clone_from(&target.resource);
        }
        let parts = [target.part.as_deref(), self.rule.property.as_deref()];
        let parts: Vec<&str> = parts.into_iter().flatten().collect();
        finding.property = (!parts.is_empty()).then(|| parts.join(" "));
        finding.when = words(&whens);
        if let Some(fix) = &self.rule.fix {
            finding = finding.fix(fix.as_str());
        }
        self.judged.findings.push(finding);
    }

    fn note(&mut self, target: &Target, what: &str) {
        if self.judged.undetermined > MOST_NOTES {
            return;
        }
        let message =
            format!("rule `{}` cannot tell{}: it hangs on `{what}`", self.info().id, named(target));
        let place = target.variables.first().map_or(self.app.place, |it| it.place);
        self.judged.diagnostics.push(Diagnostic {
            level: source_text::Level::Note,
            place,
            message,
        });
    }

    fn fault(&mut self, target: &Target, place: Place, message: &str) {
        self.judged.is_incomplete = true;
        self.judged.undetermined += 1;
        self.faults += 1;
        if self.faults > 1 {
            return;
        }
        let message =
            format!("rule `{}` cannot be asked{}: {message}", self.info().id, named(target));
        self.judged.diagnostics.push(Diagnostic::error(place, message));
    }
}

fn named(target: &Target) -> String {
    let name = target.function.as_ref().or(target.resource.as_ref());
    name.map_or_else(String::new, |name| format!(" of `{name}`"))
}

/// Words for several conditions, of which one must hold.
fn words(whens: &[When]) -> Option<String> {
    let mut words = Vec::new();
    for when in whens.iter().take(MOST_WHENS) {
        words.push(when.words()?);
    }
    if whens.len() > MOST_WHENS {
        words.push("others".to_owned());
    }
    (!words.is_empty()).then(|| words.join(", or "))
}
