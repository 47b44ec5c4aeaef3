//! Classes by their names.

use super::{Class, Classes};

#[test]
fn every_class_is_found_by_its_name() {
    for class in Class::ALL {
        assert_eq!(class.name().parse(), Ok(class));
    }
    assert!("SQL".parse::<Class>().is_err());
}

#[test]
fn a_set_holds_what_was_put_in_and_nothing_else() {
    let set: Classes = [Class::Sql, Class::Log4shell].into_iter().collect();
    assert_eq!(set.iter().collect::<Vec<_>>(), [Class::Sql, Class::Log4shell]);
    assert!(!set.without(Class::Sql).contains(Class::Sql));
    assert_eq!(Classes::ALL.iter().count(), Class::ALL.len());
}
