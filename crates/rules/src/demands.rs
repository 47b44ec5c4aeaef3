//! Tables of settings that resources should have, by type and path of the property.

use app_model::{Application, Resource};
use finding::{Finding, RuleInfo};

use crate::{
    kinds::{PropertyTexts, of_type},
    rank::AboutFunction,
    settings::Spot,
};

/// A setting, and which of its values are wrong.
pub(crate) struct Demand {
    /// Types of the resources; several have the setting at the same path.
    pub(crate) types: &'static [&'static str],
    /// Path of the property.
    pub(crate) path: &'static str,
    /// What is wrong.
    pub(crate) wrong: Wrong,
    /// What is said of the resource, behind its name: `has an address of the internet`.
    pub(crate) says: &'static str,
    /// How it is mended.
    pub(crate) fix: &'static str,
}

/// Which values are wrong.
pub(crate) enum Wrong {
    /// One of these words.
    Is(&'static [&'static str]),
    /// One of these words, or nothing.
    IsOrMissing(&'static [&'static str]),
    /// Any but these words, or nothing.
    IsNot(&'static [&'static str]),
    /// Anything is written.
    Present,
}

/// A finding for each resource and each demand that it does not meet.
pub(crate) fn unmet(app: &Application, info: &RuleInfo, demands: &[Demand]) -> Vec<Finding> {
    let texts = PropertyTexts::of(app);
    let mut findings = Vec::new();
    for demand in demands {
        for type_name in demand.types {
            for resource in of_type(app, type_name) {
                let Some(spot) = spot(&texts, resource, demand) else { continue };
                let message = format!("`{}` {}", resource.name, demand.says);
                let found = info.finding(spot.place, message).resource(&resource.name);
                let found = found.property(demand.path).under(&spot.when);
                findings.push(found.fix(demand.fix));
            }
        }
    }
    findings
}

fn spot(texts: &PropertyTexts<'_>, resource: &Resource, demand: &Demand) -> Option<Spot> {
    let is_one = |words: &[&str], text: &str| words.iter().any(|it| it.eq_ignore_ascii_case(text));
    match demand.wrong {
        Wrong::Is(words) => texts.wrong(resource, demand.path, |text| is_one(words, text)),
        Wrong::IsOrMissing(words) => {
            texts.wrong_or_missing(resource, demand.path, |text| is_one(words, text))
        }
        Wrong::IsNot(words) => {
            texts.wrong_or_missing(resource, demand.path, |text| !is_one(words, text))
        }
        Wrong::Present => texts.wrong(resource, demand.path, |_| true),
    }
}
