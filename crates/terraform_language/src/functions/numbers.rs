//! Functions over numbers, and conversions.

use source_text::Place;

use crate::value::{Kind, Value};

pub(super) fn apply(name: &str, values: &[Value], place: Place) -> Option<Value> {
    let number = |position: usize| values.get(position)?.as_number();
    let made = |number: f64| number.is_finite().then(|| Value::number(place, number));
    match name {
        "tonumber" => convert(values, place, |value| {
            value.as_number().map(|number| Value::number(place, number))
        }),
        "tobool" => {
            convert(values, place, |value| value.as_bool().map(|truth| Value::bool(place, truth)))
        }
        "abs" => made(number(0)?.abs()),
        "ceil" => made(number(0)?.ceil()),
        "floor" => made(number(0)?.floor()),
        "signum" => made(if number(0)? == 0.0 { 0.0 } else { number(0)?.signum() }),
        "pow" => made(number(0)?.powf(number(1)?)),
        "log" => made(number(0)?.log(number(1)?)),
        "max" => made(all(values)?.into_iter().reduce(f64::max)?),
        "min" => made(all(values)?.into_iter().reduce(f64::min)?),
        "sum" => made(all(values.first()?.as_list()?)?.into_iter().sum()),
        "parseint" => {
            let (text, base) = (values.first()?.as_text()?, values.get(1)?.as_index()?);
            let base = u32::try_from(base).ok().filter(|base| (2..=36).contains(base))?;
            #[expect(clippy::cast_precision_loss, reason = "as exact as numbers here are")]
            match i64::from_str_radix(&text, base) {
                Ok(number) => made(number as f64),
                Err(_) => Some(Value::failed(place, "text that is no number")),
            }
        }
        _ => None,
    }
}

/// A conversion: `null` and what is unknown stay; what cannot be converted fails.
fn convert(values: &[Value], place: Place, to: impl Fn(&Value) -> Option<Value>) -> Option<Value> {
    let value = values.first()?;
    match &value.kind {
        Kind::Null | Kind::Unknown(_) => Some(value.clone()),
        _ => Some(to(value).unwrap_or_else(|| Value::failed(place, "a value of another type"))),
    }
}

fn all(values: &[Value]) -> Option<Vec<f64>> {
    values.iter().map(Value::as_number).collect()
}
