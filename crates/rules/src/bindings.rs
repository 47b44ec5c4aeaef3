//! Roles that are bound to principals, as Google Cloud has them: who everybody is, what they hold.

use app_model::{
    Application, Exposure, Function, Resource, RoleBinding, ScopeWidth, SmolStr, TriggerKind,
};
use finding::{Finding, RuleInfo};

use crate::rank::AboutFunction;

/// Whom a binding lets in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Public {
    /// Anybody on the internet.
    Anybody,
    /// Anybody who has a Google account, which anybody may make.
    AnyAccount,
}

impl Public {
    /// The word in a message.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Anybody => "anybody on the internet",
            Self::AnyAccount => "anybody with a Google account",
        }
    }
}

/// Whether a binding is for everybody.
pub(crate) fn public(binding: &RoleBinding) -> Option<Public> {
    let is = |word: &str| {
        binding.principal.any(|text| text == word || text.strip_prefix("iam:") == Some(word))
    };
    if is("allUsers") {
        Some(Public::Anybody)
    } else if is("allAuthenticatedUsers") {
        Some(Public::AnyAccount)
    } else {
        None
    }
}

/// The resource of the application that a binding holds on, and its type; the type that the binding
/// names when the resource stands elsewhere.
pub(crate) fn target<'a>(
    app: &'a Application,
    binding: &'a RoleBinding,
) -> (Option<&'a Resource>, &'a str) {
    let known = binding.scope_references.iter().find_map(|to| app.resource(&to.name));
    let type_name = known.map(|resource| resource.type_name.as_str()).or_else(|| {
        app.literals
            .iter()
            .find(|literal| literal.resource == binding.name && literal.path == "resourceType")
            .and_then(|literal| literal.value.known().map(SmolStr::as_str))
    });
    (known, type_name.unwrap_or_default())
}

/// How the target is called in a message.
pub(crate) fn target_name(known: Option<&Resource>, binding: &RoleBinding) -> String {
    match known {
        Some(resource) => format!("`{}`", resource.name),
        None => format!("`{}`", binding.scope.display()),
    }
}

/// A finding at a binding.
pub(crate) fn finding(info: &RuleInfo, binding: &RoleBinding, message: String) -> Finding {
    info.finding(binding.place, message)
        .resource(&binding.name)
        .property(format!("{}/{}", binding.role.display(), binding.principal.display()))
        .under(&binding.when)
}

/// Bindings for everybody on resources of some types: the binding, who, the resource, and what it is.
pub(crate) fn open<'a>(
    app: &'a Application,
    nouns: &'a [(&'a str, &'a str)],
) -> impl Iterator<Item = (&'a RoleBinding, Public, Option<&'a Resource>, &'a str)> {
    app.bindings.iter().filter_map(move |binding| {
        let who = public(binding)?;
        let (known, type_name) = target(app, binding);
        let (_, noun) = nouns.iter().find(|(wanted, _)| *wanted == type_name)?;
        Some((binding, who, known, *noun))
    })
}

/// Roles that let their holder call a function or service.
const CALLERS: [&str; 8] = [
    "roles/cloudfunctions.invoker",
    "roles/cloudfunctions.developer",
    "roles/cloudfunctions.admin",
    "roles/run.invoker",
    "roles/run.servicesInvoker",
    "roles/run.admin",
    "roles/editor",
    "roles/owner",
];

/// What is called over HTTP on Google Cloud, and what it is called.
const CALLED: [(&str, &str); 3] = [
    ("cloudfunctions.googleapis.com/CloudFunction", "function"),
    ("cloudfunctions.googleapis.com/Function", "function"),
    ("run.googleapis.com/Service", "service"),
];

/// A binding that opens a function or service, in this configuration or elsewhere.
pub(crate) struct Opened<'a> {
    pub(crate) binding: &'a RoleBinding,
    pub(crate) who: Public,
    /// The function, when it stands in the input.
    pub(crate) function: Option<&'a Function>,
    /// How it is called in a message: `` `f` ``, `` the function `f` ``.
    pub(crate) name: String,
    /// Whether the role lets its holder call; others let everybody look at the configuration.
    pub(crate) calls: bool,
}

/// Functions and services that everybody has a role on, unless only the own network gets there.
pub(crate) fn opened(app: &Application) -> impl Iterator<Item = Opened<'_>> {
    open(app, &CALLED).filter_map(|(binding, who, known, noun)| {
        let function = known.and_then(|known| app.function(&known.name));
        let calls = binding.role.any(|role| CALLERS.contains(&role.as_str()));
        if let Some(function) = function.filter(|_| calls) {
            app.triggers_of(&function.name)
                .find(|it| it.kind == TriggerKind::Http && it.exposure != Exposure::Account)?;
        }
        let name = target_name(known, binding);
        let name = if known.is_some() { name } else { format!("the {noun} {name}") };
        Some(Opened { binding, who, function, name, calls })
    })
}

/// Whether a binding takes in a project or more.
pub(crate) fn is_wide(binding: &RoleBinding) -> bool {
    matches!(binding.width, ScopeWidth::Project | ScopeWidth::Organisation)
}

/// What a wide binding holds on, in words.
pub(crate) fn width_words(binding: &RoleBinding) -> &'static str {
    match binding.width {
        ScopeWidth::Organisation => "the whole folder or organisation",
        ScopeWidth::Project => "the whole project",
        ScopeWidth::Group => "the whole group",
        ScopeWidth::Resource | ScopeWidth::Unknown => "a resource",
    }
}

/// Whether a principal is the account that Google makes for every project, which programs get that
/// name no account of their own.
pub(crate) fn is_default_account(text: &str) -> bool {
    text.contains("-compute@developer.gserviceaccount.com")
        || text.contains("@appspot.gserviceaccount.com")
        || text.contains("google_compute_default_service_account")
        || text.contains("google_app_engine_default_service_account")
}
