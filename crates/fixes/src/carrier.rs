//! What has a flaw, in the author's file.

use source_edit::Step;

use crate::Setting;

/// Something of the author's file that properties can be set on.
#[derive(Clone, Debug)]
pub(crate) struct Carrier {
    /// Its type, as [`Setting::of`] names it; in Terraform the Terraform type.
    pub(crate) of: String,
    /// Where its properties are.
    pub(crate) base: Vec<Step>,
    /// Properties that it has, its own and those of all like it.
    pub(crate) has: Vec<String>,
}

impl Carrier {
    pub(crate) fn bears(&self, setting: &Setting) -> bool {
        setting.is_of(&self.of)
            && setting.without.is_none_or(|without| self.has.iter().all(|it| it != without))
    }
}

/// Whether steps are those of a path in which `*` is an item of a list.
pub(crate) fn is_path(steps: &[Step], path: &str) -> bool {
    let mut parts = path.split('.');
    let all = steps.iter().all(|step| match (step, parts.next()) {
        (Step::Key(key), Some(part)) => key == part,
        (Step::Index(_), part) => part == Some("*"),
        (Step::Key(_), None) => false,
    });
    all && parts.next().is_none()
}

/// A path without items of lists as steps.
pub(crate) fn steps(path: &str) -> Option<Vec<Step>> {
    path.split('.').map(|part| (part != "*").then(|| Step::from(part))).collect()
}
