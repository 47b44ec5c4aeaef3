//! Which calls of cloud services each function of an application makes.

use std::collections::BTreeMap;

use app_model::SmolStr;
use taint::{Analysis, DynamicCall, ServiceCall};

use crate::Owner;

/// What the code of a function calls.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FunctionCalls {
    /// Calls of cloud services.
    pub calls: Vec<ServiceCall>,
    /// Calls of which it is not known which they are.
    pub dynamic_calls: Vec<DynamicCall>,
    /// Whether a limit ended the work, so that calls may be missing.
    pub is_cut: bool,
}

/// The calls of each function of the applications, by application and logical name. Functions whose
/// code was found are there, also those that call nothing. `owners` are the functions of the entry
/// points that the analyses name.
#[must_use]
pub fn function_calls(
    owners: &[Owner],
    analyses: &[Analysis],
) -> Vec<BTreeMap<SmolStr, FunctionCalls>> {
    let count = owners.iter().map(|owner| owner.app + 1).max().unwrap_or(0);
    let mut all: Vec<BTreeMap<SmolStr, FunctionCalls>> = vec![BTreeMap::new(); count];
    let mut of = |entry: Option<usize>, work: &dyn Fn(&mut FunctionCalls)| {
        if let Some(owner) = entry.and_then(|entry| owners.get(entry))
            && let Some(functions) = all.get_mut(owner.app)
        {
            work(functions.entry(owner.function.clone()).or_default());
        }
    };
    for entry in 0..owners.len() {
        of(Some(entry), &|_| {});
    }
    for analysis in analyses {
        for call in &analysis.calls {
            of(call.entry, &|function| function.calls.push(call.clone()));
        }
        for call in &analysis.dynamic_calls {
            of(call.entry, &|function| function.dynamic_calls.push(call.clone()));
        }
        for entry in &analysis.unfinished {
            of(Some(*entry), &|function| function.is_cut = true);
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use source_text::Place;
    use taint::{Analysis, DynamicCall};

    use super::function_calls;
    use crate::Owner;

    #[test]
    fn calls_belong_to_the_functions_of_their_entry_points() {
        let owner = |app, function: &str| Owner { app, function: function.into() };
        let owners = [owner(0, "A"), owner(1, "B"), owner(1, "C")];
        let call = |entry| DynamicCall {
            place: Place::default(),
            entry,
            within: "".into(),
            service: None,
            reason: "".into(),
        };
        let dynamic_calls = vec![call(Some(0)), call(Some(1)), call(None), call(Some(1))];
        let analysis = Analysis { dynamic_calls, unfinished: vec![2], ..Analysis::default() };
        let all = function_calls(&owners, &[analysis]);
        let shown: Vec<_> = all
            .iter()
            .flatten()
            .map(|(name, function)| (name.as_str(), function.dynamic_calls.len(), function.is_cut))
            .collect();
        assert_eq!(shown, [("A", 1, false), ("B", 2, false), ("C", 0, true)]);
    }
}
