//! Where a setting is wrong or missing, and in which deployments.

use app_model::{Place, Setting, When, absence};

/// A place that must change, and when it is wrong.
#[derive(Clone, Debug)]
pub(crate) struct Spot {
    pub(crate) place: Place,
    pub(crate) when: When,
}

/// Where a setting of something that exists `around` has a value that `claim` holds for.
pub(crate) fn written<T>(
    setting: Option<&Setting<T>>,
    around: &When,
    mut claim: impl FnMut(&T) -> bool,
) -> Option<Spot> {
    let setting = setting?;
    let (when, _) = setting.value.find(|value| claim(value))?;
    Some(Spot { place: setting.place, when: around.and(when)? })
}

/// When a setting is left out; the place to change is then `place`, as nothing else is written.
pub(crate) fn missing<T>(
    setting: Option<&Setting<T>>,
    around: &When,
    place: Place,
) -> Option<Spot> {
    Some(Spot { place, when: around.and(&absence(setting)?)? })
}

/// Where a setting has a wrong value, or is left out.
pub(crate) fn wrong_or_missing<T>(
    setting: Option<&Setting<T>>,
    around: &When,
    place: Place,
    claim: impl FnMut(&T) -> bool,
) -> Option<Spot> {
    written(setting, around, claim).or_else(|| missing(setting, around, place))
}

/// Where a switch is off, or left out.
pub(crate) fn off_or_missing(
    setting: Option<&Setting<bool>>,
    around: &When,
    place: Place,
) -> Option<Spot> {
    wrong_or_missing(setting, around, place, |on| !on)
}

#[cfg(test)]
mod tests {
    use app_model::{Choice, Place, Setting, Value, When};

    use super::{off_or_missing, written};

    fn conditional(on: bool) -> Setting<bool> {
        let when = When::condition("IsProd", true);
        let value = Value::OneOf(vec![Choice { when, value: on }]);
        let absent = Some(When::condition("IsProd", false));
        Setting { value, place: Place::default(), absent }
    }

    #[test]
    fn a_switch_that_is_on_in_production_is_missing_elsewhere() {
        let spot = off_or_missing(Some(&conditional(true)), &When::ALWAYS, Place::default());
        assert_eq!(spot.unwrap().when, When::condition("IsProd", false));
    }

    #[test]
    fn a_value_that_contradicts_the_condition_of_its_resource_is_not_there() {
        let elsewhere = When::condition("IsProd", false);
        assert!(written(Some(&conditional(false)), &elsewhere, |on| !on).is_none());
        assert!(written(Some(&conditional(false)), &When::ALWAYS, |on| !on).is_some());
    }
}
