//! Whether one statement speaks about a request.

use iam_policy::{Policy, Statement, Term};

use crate::{
    Request, Truth,
    expand::{Asked, Expanded, Language, Letters},
    principal::Grade,
};

/// What kind of policy a statement stands in: which of its elements have a meaning there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Site {
    /// Of the one who asks: identity, session, boundary, service control.
    Principal,
    /// On the resource: `Principal` is required, `Resource` may be missing (trust policies).
    Resource,
    /// Of the organisation or endpoint: `Principal` may be missing.
    Anybody,
}

/// The first element of a statement that does not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Element {
    Action,
    Resource,
    Principal,
    /// The condition of this index.
    Condition(usize),
    /// The statement stands in the policy only under a condition of the template.
    When,
}

/// How a statement meets a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Meeting {
    pub(crate) truth: Truth,
    /// How narrowly it names the one who asks, by [`Grade`]; all no outside resource policies.
    pub(crate) grades: [Truth; 4],
    /// What does not fit, or is not known to.
    pub(crate) failed: Option<Element>,
}

/// Whether a statement of `policy` speaks about the request, whatever its effect.
///
/// `Principal` counts when it is written; a statement without `Resource` is about the resource that
/// its policy stands on. The policy tells by its version whether `${aws:username}` is a variable.
#[must_use]
pub fn statement_matches(policy: &Policy, statement: &Statement, request: &Request) -> Truth {
    let names_somebody = !statement.principals.is_empty() || !statement.not_principals.is_empty();
    let has_resource = !statement.resources.is_empty() || !statement.not_resources.is_empty();
    let site = match (names_somebody, has_resource) {
        (true, _) => Site::Resource,
        (false, true) => Site::Principal,
        (false, false) => Site::Anybody,
    };
    Asked::new(request).meet(statement, Language::of(policy.version.as_deref()), site).truth
}

impl Meeting {
    fn failed(element: Element) -> Self {
        Self { truth: Truth::No, grades: [Truth::No; 4], failed: Some(element) }
    }
}

impl Asked<'_> {
    /// How `statement` meets the request. Cheap elements that usually differ come first.
    pub(crate) fn meet(&self, statement: &Statement, language: Language, site: Site) -> Meeting {
        let mut truth = Truth::Yes;
        let mut unsure = None;
        let mut note = |found: Truth, element: Element| {
            if found == Truth::Unknown && unsure.is_none() {
                unsure = Some(element);
            }
            truth = truth.and(found);
            truth == Truth::No
        };
        if note(self.actions_fit(statement), Element::Action) {
            return Meeting::failed(Element::Action);
        }
        if note(self.resources_fit(statement, language, site), Element::Resource) {
            return Meeting::failed(Element::Resource);
        }
        let grades = self.grades(statement, site);
        let named = if site == Site::Principal { Truth::Yes } else { Truth::any(grades) };
        if note(named, Element::Principal) {
            return Meeting::failed(Element::Principal);
        }
        for (index, condition) in statement.conditions.iter().enumerate() {
            if note(self.holds(condition, language), Element::Condition(index)) {
                return Meeting::failed(Element::Condition(index));
            }
        }
        note(Truth::Yes.if_certain(statement.when.is_always()), Element::When);
        Meeting { truth, grades: grades.map(|grade| grade.and(truth)), failed: unsure }
    }

    /// Whether a `Deny` with `NotPrincipal` of `policy` is about the request, whomever it exempts.
    ///
    /// It refuses everybody with a permissions boundary: IAM User Guide, "Permissions boundaries for
    /// IAM entities", about resource policies.
    pub(crate) fn denies_all_but_some(&self, policy: &Policy) -> Truth {
        let language = Language::of(policy.version.as_deref());
        let denying = policy.denies().filter(|statement| !statement.not_principals.is_empty());
        Truth::any(denying.map(|statement| {
            let anybody = Statement { not_principals: Vec::new(), ..statement.clone() };
            self.meet(&anybody, language, Site::Anybody).truth
        }))
    }

    fn actions_fit(&self, statement: &Statement) -> Truth {
        let any = |terms: &[Term]| Truth::any(terms.iter().map(|term| self.action_fits(term)));
        match (statement.actions.is_empty(), statement.not_actions.is_empty()) {
            (false, _) => any(&statement.actions),
            (true, false) => !any(&statement.not_actions),
            (true, true) => Truth::No,
        }
    }

    fn action_fits(&self, term: &Term) -> Truth {
        let asked = self.request.action.as_str();
        let is_certain = term.when.is_always();
        let text = term.text.as_str();
        if !term.resolved || text.contains("${") {
            // No variable has a meaning in an action: what is left open, the deployment decides.
            let lower = text.to_ascii_lowercase();
            let expanded = self.expand(&lower, false, Language::of(None), Letters::Glob);
            let Expanded::Glob { glob, .. } = expanded else { return Truth::No };
            let fits = glob.matches(&asked.to_ascii_lowercase(), &self.budget);
            return fits.map_or(Truth::Unknown, Truth::from).and(Truth::Unknown);
        }
        let Some(wild) = text.find(['*', '?']) else {
            return Truth::from(text.eq_ignore_ascii_case(asked)).if_certain(is_certain);
        };
        // Most terms are of another service.
        let (literal, begin) = (text.get(..wild), asked.get(..wild));
        let begins = matches!((literal, begin), (Some(a), Some(b)) if a.eq_ignore_ascii_case(b));
        if !begins {
            return Truth::No;
        }
        if wild + 1 == text.len() && text.ends_with('*') {
            return Truth::Yes.if_certain(is_certain);
        }
        let (pattern, asked) = (text.to_ascii_lowercase(), asked.to_ascii_lowercase());
        crate::glob::matches(&pattern, &asked, &self.budget)
            .map_or(Truth::Unknown, Truth::from)
            .if_certain(is_certain)
    }

    fn resources_fit(&self, statement: &Statement, language: Language, site: Site) -> Truth {
        let any = |terms: &[Term]| {
            Truth::any(terms.iter().map(|term| self.resource_fits(term, language)))
        };
        match (statement.resources.is_empty(), statement.not_resources.is_empty()) {
            (false, _) => any(&statement.resources),
            (true, false) => !any(&statement.not_resources),
            (true, true) => Truth::from(site != Site::Principal),
        }
    }

    /// How narrowly the statement names the one who asks.
    fn grades(&self, statement: &Statement, site: Site) -> [Truth; 4] {
        let mut grades = [Truth::No; 4];
        let mut add = |grade: Grade, truth: Truth| {
            if let Some(known) = grades.get_mut(grade as usize) {
                *known = known.or(truth);
            }
        };
        let principal = &self.request.principal;
        if site == Site::Principal {
            return grades;
        }
        if !statement.principals.is_empty() {
            for (grade, truth) in
                statement.principals.iter().filter_map(|named| principal.grade(named))
            {
                add(grade, truth);
            }
        } else if !statement.not_principals.is_empty() {
            let excepted = statement
                .not_principals
                .iter()
                .map(|named| principal.is_excepted(named, statement.effect));
            add(Grade::Anybody, !Truth::any(excepted));
        } else if site == Site::Anybody {
            add(Grade::Anybody, Truth::Yes);
        }
        grades
    }
}
