//! `correlation`: which events together say something.

use source_text::{Kind, Map, Node, SmolStr};

use super::{Bad, condition::rule_expression, mapping, required, texts, wrong_kind};
use crate::{
    correlation::{Alias, Correlation, CorrelationKind, Criterion, Figure, Wanted},
    fault::RuleError,
    rule::{Meta, Order},
};

/// Rules of one correlation.
const MOST_RULES: usize = 64;

/// What `timespan` must be, for messages.
const TIMESPAN: &str = "a number and a letter: 90s, 15m, 24h, 30d";

/// Reads a correlation.
pub(super) fn correlation(meta: Meta, node: &Node) -> Result<Correlation, Bad> {
    let map = mapping(node, "correlation")?;
    let rules_node = required(node.place, map, "rules")?;
    let rules = texts(rules_node, "rules")?;
    if rules.is_empty() {
        return Err((rules_node.place, RuleError::Missing { key: "rules" }));
    }
    if rules.len() > MOST_RULES {
        let what = "the rules of a correlation";
        return Err((rules_node.place, RuleError::TooLarge { what, limit: MOST_RULES }));
    }
    let span = required(node.place, map, "timespan")?;
    let timespan_s = seconds(span, "timespan")?;
    let group_by = map.get("group-by").map(|it| texts(it, "group-by")).transpose()?;
    let kind = kind(node, map, &rules)?;
    let generate = match map.get("generate") {
        None => false,
        Some(it) => it.as_bool().ok_or_else(|| wrong_kind(it, "generate", "true or false"))?,
    };
    let aliases = map.get("aliases").map(aliases).transpose()?.unwrap_or_default();
    let group_by = group_by.unwrap_or_default();
    Ok(Correlation { meta, kind, rules, group_by, timespan_s, aliases, generate })
}

fn kind(node: &Node, map: &Map, rules: &[SmolStr]) -> Result<CorrelationKind, Bad> {
    let type_node = required(node.place, map, "type")?;
    let word = type_node.scalar_text().unwrap_or_default();
    let condition = map.get("condition").filter(|it| !it.is_null());
    // Our extensions may name the field beside the condition.
    let fields = || {
        let beside = condition.and_then(|it| it.get("field")).or(map.get("field"));
        let beside = beside.ok_or((node.place, RuleError::Missing { key: "field" }))?;
        texts(beside, "field")
    };
    let must = || condition.ok_or((node.place, RuleError::Missing { key: "condition" }));
    let number = |key: &str, otherwise: f64| match condition.and_then(|it| it.get(key)) {
        None => Ok(otherwise),
        Some(it) => {
            let found = it.as_f64().filter(|number| number.is_finite() && *number >= 0.0);
            found.ok_or_else(|| wrong_kind(it, key, "a number that is not negative"))
        }
    };
    Ok(match word.as_str() {
        "event_count" => CorrelationKind::EventCount(criteria(must()?)?),
        "value_count" => {
            CorrelationKind::ValueCount { fields: fields()?, criteria: criteria(must()?)? }
        }
        "value_sum" | "value_avg" | "value_percentile" => {
            let figure = match word.as_str() {
                "value_sum" => Figure::Sum,
                "value_avg" => Figure::Mean,
                _ => Figure::Percentile(number("percentile", 50.0)?.min(100.0)),
            };
            let field = fields()?.into_iter().next().unwrap_or_default();
            CorrelationKind::Figure { figure, field, criteria: criteria(must()?)? }
        }
        "temporal" | "temporal_ordered" | "temporal_extended" | "temporal_ordered_extended" => {
            let wanted = match condition {
                None => Wanted::Every,
                Some(it) => match it.as_str() {
                    Some(text) => Wanted::Expression(
                        rule_expression(text, rules).map_err(|error| (it.place, error))?,
                    ),
                    None => Wanted::Count(criteria(it)?),
                },
            };
            CorrelationKind::Temporal { is_ordered: word.contains("ordered"), wanted }
        }
        "first_seen" => {
            let learn = condition.and_then(|it| it.get("learn"));
            let learn_s = learn.map(|it| seconds(it, "learn")).transpose()?.unwrap_or(0);
            CorrelationKind::FirstSeen { fields: fields()?, learn_s }
        }
        "rare" => CorrelationKind::Rare {
            fields: fields()?,
            most: whole(number("lte", 1.0)?),
            among: whole(number("min", 20.0)?),
        },
        "rate_vs_baseline" => CorrelationKind::RateVsBaseline {
            factor: number("factor", 3.0)?,
            least: whole(number("gte", 10.0)?),
            windows: whole(number("windows", 3.0)?).max(1),
        },
        _ => return Err((type_node.place, RuleError::UnknownType { name: word })),
    })
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "checked: not negative"
)]
fn whole(number: f64) -> u64 {
    number.ceil() as u64
}

/// `{gte: 10}`, `{gt: 1, lt: 5}`.
fn criteria(node: &Node) -> Result<Vec<Criterion>, Bad> {
    let map = mapping(node, "condition")?;
    let mut criteria = Vec::new();
    for (key, value) in map.iter() {
        let Some(order) = Order::of(key) else {
            if matches!(key.as_str(), "field" | "percentile") {
                continue;
            }
            let wanted = "made of gt, gte, lt, lte, eq, neq and field";
            return Err(wrong_kind(node, key, wanted));
        };
        let number = value.as_f64().ok_or_else(|| wrong_kind(value, key, "a number"))?;
        criteria.push(Criterion { order, number });
    }
    if criteria.is_empty() {
        return Err(wrong_kind(node, "condition", "a bound such as `gte: 10`"));
    }
    Ok(criteria)
}

/// `90s`, `15m`, `24h`, `30d`, `2w`.
fn seconds(node: &Node, key: &'static str) -> Result<i64, Bad> {
    let bad = || wrong_kind(node, key, TIMESPAN);
    let text = node.scalar_text().ok_or_else(bad)?;
    let unit = text.chars().next_back().ok_or_else(bad)?;
    let digits = text.strip_suffix(unit).ok_or_else(bad)?;
    let number: u32 = digits.trim().parse().map_err(|_| bad())?;
    let unit = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3_600,
        'd' => 86_400,
        'w' => 604_800,
        'M' => 2_592_000,
        'y' => 31_536_000,
        _ => return Err(bad()),
    };
    Ok(i64::from(number) * unit)
}

fn aliases(node: &Node) -> Result<Vec<Alias>, Bad> {
    let map = mapping(node, "aliases")?;
    map.iter()
        .map(|(name, value)| {
            let fields = mapping(value, name)?.iter().map(|(rule, field)| match &field.kind {
                Kind::Text(field) => Ok((rule.clone(), field.clone())),
                _ => Err(wrong_kind(field, rule, "the name of a field")),
            });
            Ok(Alias { name: name.clone(), fields: fields.collect::<Result<_, _>>()? })
        })
        .collect()
}
