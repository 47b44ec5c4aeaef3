//! Conditions in three-valued logic: what holds in every deployment, in none, or in some.
//!
//! Every condition is compiled to a formula over variables: one per parameter that is compared
//! with literals (its values are those literals and "another"), and one per comparison that cannot
//! be seen into. Its truth table over these variables says whether it is decided, and whether
//! several conditions can hold together.

use std::cell::Cell;
use std::collections::HashMap;

use source_text::{Diagnostic, Kind, Node, SmolStr};
use value::When;

use crate::evaluate::Evaluator;
use crate::function::{is_plain, ref_name};
use crate::options::allowed_texts;
use crate::sub::json;

/// Truth over every deployment that the settings leave open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Truth {
    /// It holds in every deployment.
    True,
    /// It holds in no deployment.
    False,
    /// It depends on what only deployment knows.
    Unknown,
}

impl From<bool> for Truth {
    fn from(value: bool) -> Self {
        if value { Self::True } else { Self::False }
    }
}

/// Most rows of a truth table; a condition that needs more is unknown.
const ROWS: usize = 1024;
/// Most formula evaluations over all tables of a template, and most rows that are looked up to tell
/// whether claims can hold together; further claims are taken as possible.
const WORK: usize = 8_000_000;
/// Deepest nesting of functions and conditions that refer to conditions.
const DEPTH: usize = 200;

/// Every condition of a template, compiled.
#[derive(Debug, Default)]
pub(crate) struct Logic {
    names: HashMap<SmolStr, usize>,
    tables: Vec<Option<Table>>,
    variables: Vec<Variable>,
    parameters: HashMap<SmolStr, usize>,
    /// Rows looked up so far.
    looked_up: Cell<usize>,
}

/// A parameter, or a comparison that cannot be seen into (then it has two values).
#[derive(Debug)]
struct Variable {
    /// What it is compared with; for a comparison: empty.
    values: Vec<SmolStr>,
    /// Number of cases: the values, and one for any other value where there is one.
    cases: usize,
}

/// The truth of a condition for every case of the variables that it depends on.
#[derive(Debug)]
struct Table {
    support: Vec<usize>,
    rows: Vec<bool>,
}

#[derive(Clone, Debug)]
enum Formula {
    Constant(bool),
    /// The parameter has the value with this index.
    Is(usize, usize),
    /// The comparison holds.
    Opaque(usize),
    Condition(usize),
    Not(Box<Formula>),
    All(Vec<Formula>),
    Any(Vec<Formula>),
}

impl Logic {
    /// Compiles and decides every condition. `evaluator` knows no condition yet.
    pub(crate) fn new(evaluator: &Evaluator<'_>) -> Self {
        let template = evaluator.template();
        if template.conditions.is_empty() {
            return Self::default();
        }
        let count = template.conditions.len();
        let mut compiler = Compiler {
            evaluator,
            formulas: vec![None; count],
            open: vec![false; count],
            order: Vec::with_capacity(count),
            logic: Self {
                names: template.conditions.keys().cloned().zip(0..).collect(),
                ..Self::default()
            },
            opaque: HashMap::new(),
        };
        for index in 0..count {
            compiler.condition(index, 0);
        }
        compiler.finish()
    }

    pub(crate) fn contains(&self, name: &str) -> bool {
        self.names.contains_key(name)
    }

    pub(crate) fn truth(&self, name: &str) -> Truth {
        let Some(table) = self.table(name) else { return Truth::Unknown };
        match table.rows.first() {
            Some(first) if table.rows.iter().all(|row| row == first) => Truth::from(*first),
            _ => Truth::Unknown,
        }
    }

    fn table(&self, name: &str) -> Option<&Table> {
        self.tables.get(*self.names.get(name)?)?.as_ref()
    }

    /// Whether some deployment satisfies all of `when`; true when that is too much work to tell.
    ///
    /// `default` gives the default of a parameter as text.
    pub(crate) fn is_possible(
        &self,
        when: &When,
        default: impl Fn(&str) -> Option<SmolStr>,
    ) -> bool {
        let claims: Vec<(&Table, bool)> = when
            .conditions
            .iter()
            .filter_map(|(name, holds)| Some((self.table(name)?, *holds)))
            .collect();
        let chosen = when.parameters.iter().map(|(name, value)| (name, Some(value.clone())));
        let kept = when.defaults.iter().map(|name| (name, default(name)));
        let fixed: HashMap<usize, usize> = chosen
            .chain(kept)
            .filter_map(|(name, value)| {
                let variable = *self.parameters.get(name)?;
                Some((variable, self.variables.get(variable)?.case_of(&value?)?))
            })
            .collect();
        let mut support: Vec<usize> =
            claims.iter().flat_map(|(table, _)| table.support.iter().copied()).collect();
        support.sort_unstable();
        support.dedup();
        let free: Vec<usize> =
            support.into_iter().filter(|variable| !fixed.contains_key(variable)).collect();
        let Some(mut cases) = Cases::new(&free, &self.variables, ROWS * 4) else { return true };
        loop {
            let looked_up = self.looked_up.get().saturating_add(claims.len());
            self.looked_up.set(looked_up);
            if looked_up > WORK {
                return true;
            }
            let all = claims.iter().all(|(table, holds)| {
                let row = table.row(&self.variables, |variable| {
                    fixed.get(&variable).copied().or_else(|| cases.get(variable))
                });
                row == Some(*holds)
            });
            if all {
                return true;
            }
            if !cases.advance() {
                return false;
            }
        }
    }
}

impl Variable {
    /// The case of a value; `None` when it cannot have that value.
    fn case_of(&self, value: &str) -> Option<usize> {
        let case = self.values.iter().position(|known| known == value).unwrap_or(self.values.len());
        (case < self.cases).then_some(case)
    }
}

impl Table {
    fn row(&self, variables: &[Variable], case: impl Fn(usize) -> Option<usize>) -> Option<bool> {
        let mut index = 0;
        for variable in &self.support {
            index = index * variables.get(*variable)?.cases + case(*variable)?;
        }
        self.rows.get(index).copied()
    }
}

/// Counts through every combination of cases, the last variable fastest.
struct Cases<'a> {
    support: &'a [usize],
    sizes: Vec<usize>,
    current: Vec<usize>,
}

impl<'a> Cases<'a> {
    /// `None` when there are more than `limit` combinations.
    fn new(support: &'a [usize], variables: &[Variable], limit: usize) -> Option<Self> {
        let sizes: Vec<usize> = support
            .iter()
            .map(|variable| variables.get(*variable).map_or(1, |variable| variable.cases.max(1)))
            .collect();
        let rows = sizes.iter().try_fold(1_usize, |rows, size| rows.checked_mul(*size))?;
        (rows <= limit).then(|| Self { support, current: vec![0; sizes.len()], sizes })
    }

    fn get(&self, variable: usize) -> Option<usize> {
        let position = self.support.binary_search(&variable).ok()?;
        self.current.get(position).copied()
    }

    fn advance(&mut self) -> bool {
        for (case, size) in self.current.iter_mut().zip(&self.sizes).rev() {
            *case += 1;
            if *case < *size {
                return true;
            }
            *case = 0;
        }
        false
    }
}

struct Compiler<'e, 't> {
    evaluator: &'e Evaluator<'t>,
    formulas: Vec<Option<Formula>>,
    /// Conditions whose compilation has begun and not ended: meeting one again is a cycle.
    open: Vec<bool>,
    /// Conditions in the order in which they were done: what one refers to comes before it.
    order: Vec<usize>,
    logic: Logic,
    opaque: HashMap<String, usize>,
}

impl Compiler<'_, '_> {
    fn condition(&mut self, index: usize, depth: usize) {
        if self.formulas.get(index).is_none_or(Option::is_some) {
            return;
        }
        let template = self.evaluator.template();
        let Some((_, node)) = template.conditions.get_index(index) else { return };
        if let Some(open) = self.open.get_mut(index) {
            *open = true;
        }
        let formula = self.formula(node, depth);
        if let Some(open) = self.open.get_mut(index) {
            *open = false;
        }
        if let Some(slot) = self.formulas.get_mut(index) {
            *slot = Some(formula);
        }
        self.order.push(index);
    }

    fn formula(&mut self, node: &Node, depth: usize) -> Formula {
        if depth >= DEPTH {
            let message = "this condition is nested too deep and is taken as undecided";
            self.evaluator.report(Diagnostic::warning(node.place, message));
            return self.opaque(node);
        }
        if let Some(value) = node.as_bool() {
            return Formula::Constant(value);
        }
        let Some((key, argument)) = node.single() else { return self.opaque(node) };
        let items = argument.as_list();
        match (key.as_str(), items) {
            ("Condition", _) if argument.as_str().is_some() => {
                self.reference(node, argument.as_str().unwrap_or_default(), depth)
            }
            ("Fn::Not", Some([one])) => Formula::Not(Box::new(self.formula(one, depth + 1))),
            ("Fn::And", Some(items)) => {
                Formula::All(items.iter().map(|item| self.formula(item, depth + 1)).collect())
            }
            ("Fn::Or", Some(items)) => {
                Formula::Any(items.iter().map(|item| self.formula(item, depth + 1)).collect())
            }
            ("Fn::Equals", Some([left, right])) => self.equals(node, left, right),
            ("Fn::Not" | "Fn::And" | "Fn::Or" | "Fn::Equals", _) => {
                let message = format!("`{key}` has the wrong arguments; it is taken as undecided");
                self.evaluator.report(Diagnostic::warning(node.place, message));
                self.opaque(node)
            }
            _ => self.opaque(node),
        }
    }

    fn reference(&mut self, node: &Node, name: &str, depth: usize) -> Formula {
        let Some(index) = self.logic.names.get(name).copied() else {
            let message = format!("there is no condition `{name}`; it is taken as undecided");
            self.evaluator.report(Diagnostic::warning(node.place, message));
            return self.opaque(node);
        };
        if self.open.get(index).copied().unwrap_or(true) {
            let message = format!("condition `{name}` refers to itself; it is taken as undecided");
            self.evaluator.report(Diagnostic::warning(node.place, message));
            return self.opaque(node);
        }
        self.condition(index, depth + 1);
        Formula::Condition(index)
    }

    fn equals(&mut self, node: &Node, left: &Node, right: &Node) -> Formula {
        let left = self.evaluator.simplify(left);
        let right = self.evaluator.simplify(right);
        if let Some(equal) = compare(&left, &right) {
            return Formula::Constant(equal);
        }
        let direct = match (left.scalar_text(), right.scalar_text()) {
            (None, Some(literal)) => ref_name(&left).map(|name| (name, literal)),
            (Some(literal), None) => ref_name(&right).map(|name| (name, literal)),
            _ => None,
        };
        if let Some((name, literal)) = direct {
            if let Some(formula) = self.is(name, literal) {
                return formula;
            }
        } else if let Some(formula) = self.by_cases(node, &left, &right) {
            return formula;
        }
        let (one, other) = (json(&left), json(&right));
        let key = if one <= other { format!("{one}={other}") } else { format!("{other}={one}") };
        self.opaque_key(key)
    }

    /// `name` compared with a literal; `None` when `name` is no parameter with a plain value.
    fn is(&mut self, name: &SmolStr, literal: SmolStr) -> Option<Formula> {
        let parameter = self.evaluator.template().parameters.get(name);
        if parameter.is_none() && !name.starts_with("AWS::") {
            return None;
        }
        if let Some(parameter) = parameter {
            if parameter.is_list() {
                return None;
            }
            let allowed = allowed_texts(parameter);
            let from_store = parameter.is_from_parameter_store();
            if !from_store && !allowed.is_empty() && !allowed.contains(&literal) {
                return Some(Formula::Constant(false));
            }
            let length = i64::try_from(literal.chars().count()).unwrap_or(i64::MAX);
            if !from_store
                && (parameter.min_length.is_some_and(|min| length < min)
                    || parameter.max_length.is_some_and(|max| length > max))
            {
                return Some(Formula::Constant(false));
            }
        }
        let variable = self.variable(name);
        let values = &mut self.logic.variables.get_mut(variable)?.values;
        let value = values.iter().position(|known| *known == literal).unwrap_or_else(|| {
            values.push(literal);
            values.len() - 1
        });
        Some(Formula::Is(variable, value))
    }

    fn variable(&mut self, name: &SmolStr) -> usize {
        let next = self.logic.variables.len();
        let variable = *self.logic.parameters.entry(name.clone()).or_insert(next);
        if variable == next {
            self.logic.variables.push(Variable { values: Vec::new(), cases: 0 });
        }
        variable
    }

    /// A comparison of what hangs only on parameters with allowed values: true in some of the cases.
    fn by_cases(&mut self, node: &Node, left: &Node, right: &Node) -> Option<Formula> {
        let pair = Node::list(node.place, vec![left.clone(), right.clone()]);
        let mut any = Vec::new();
        for (when, case) in self.evaluator.allowed_cases(&pair) {
            let [left, right] = case.as_list()? else { return None };
            if compare(left, right)? {
                let choices: Option<Vec<Formula>> = when
                    .parameters
                    .iter()
                    .map(|(name, value)| self.is(name, value.clone()))
                    .collect();
                any.push(Formula::All(choices?));
            }
        }
        Some(Formula::Any(any))
    }

    fn opaque(&mut self, node: &Node) -> Formula {
        self.opaque_key(json(node))
    }

    fn opaque_key(&mut self, key: String) -> Formula {
        let next = self.logic.variables.len();
        let variable = *self.opaque.entry(key).or_insert(next);
        if variable == next {
            self.logic.variables.push(Variable { values: Vec::new(), cases: 2 });
        }
        Formula::Opaque(variable)
    }

    fn finish(mut self) -> Logic {
        for (name, index) in &self.logic.parameters {
            let Some(variable) = self.logic.variables.get_mut(*index) else { continue };
            let parameter = self.evaluator.template().parameters.get(name);
            let allowed = parameter
                .filter(|parameter| !parameter.is_from_parameter_store())
                .map(allowed_texts)
                .unwrap_or_default();
            let has_rest =
                allowed.is_empty() || allowed.iter().any(|it| !variable.values.contains(it));
            variable.cases = variable.values.len() + usize::from(has_rest);
        }
        self.logic.tables = (0..self.formulas.len()).map(|_| None).collect();
        let mut work = WORK;
        for index in std::mem::take(&mut self.order) {
            let Some(Some(formula)) = self.formulas.get(index) else { continue };
            let table = self.table(formula, &mut work);
            if let Some(slot) = self.logic.tables.get_mut(index) {
                *slot = table;
            }
        }
        self.logic
    }

    fn table(&self, formula: &Formula, work: &mut usize) -> Option<Table> {
        let mut support = Vec::new();
        let size = self.support(formula, &mut support)?;
        support.sort_unstable();
        support.dedup();
        let mut rows = Vec::new();
        {
            let mut cases = Cases::new(&support, &self.logic.variables, ROWS)?;
            loop {
                *work = work.checked_sub(size)?;
                rows.push(self.evaluate(formula, &cases)?);
                if !cases.advance() {
                    break;
                }
            }
        }
        Some(Table { support, rows })
    }

    /// Collects the variables of a formula and returns its size; `None` when a part is too large.
    fn support(&self, formula: &Formula, support: &mut Vec<usize>) -> Option<usize> {
        match formula {
            Formula::Constant(_) => Some(1),
            Formula::Is(variable, _) | Formula::Opaque(variable) => {
                support.push(*variable);
                Some(1)
            }
            Formula::Condition(index) => {
                let table = self.logic.tables.get(*index)?.as_ref()?;
                support.extend(&table.support);
                Some(1 + table.support.len())
            }
            Formula::Not(one) => Some(1 + self.support(one, support)?),
            Formula::All(all) | Formula::Any(all) => {
                all.iter().try_fold(1, |size, one| Some(size + self.support(one, support)?))
            }
        }
    }

    fn evaluate(&self, formula: &Formula, cases: &Cases<'_>) -> Option<bool> {
        match formula {
            Formula::Constant(value) => Some(*value),
            Formula::Is(variable, value) => Some(cases.get(*variable)? == *value),
            Formula::Opaque(variable) => Some(cases.get(*variable)? == 0),
            Formula::Condition(index) => self
                .logic
                .tables
                .get(*index)?
                .as_ref()?
                .row(&self.logic.variables, |variable| cases.get(variable)),
            Formula::Not(one) => self.evaluate(one, cases).map(|value| !value),
            Formula::All(all) => {
                all.iter().try_fold(true, |so_far, one| Some(so_far & self.evaluate(one, cases)?))
            }
            Formula::Any(any) => {
                any.iter().try_fold(false, |so_far, one| Some(so_far | self.evaluate(one, cases)?))
            }
        }
    }
}

/// Whether two simplified values are equal, as text; `None` when deployment decides.
pub(crate) fn compare(left: &Node, right: &Node) -> Option<bool> {
    if let (Some(left), Some(right)) = (left.scalar_text(), right.scalar_text()) {
        return Some(left == right);
    }
    if left.same(right) {
        return Some(true);
    }
    (is_plain(left) && is_plain(right) && !matches!(left.kind, Kind::Tagged(..))).then_some(false)
}
